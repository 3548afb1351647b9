// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/expressiontrial.h"

#include "models/items/policywords.h"
#include "models/items/runnerwords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"

#include <QCoreApplication>
#include <QStringList>

#include <cmath>

namespace crossfade {

namespace {

struct TrialWords {
    Q_DECLARE_TR_FUNCTIONS(TrialWords)
};

} // namespace

QString trialText(const ExpressionTrial &trial)
{
    if (!trial.error.empty())
        return runnerText(trial.error);
    if (!trial.value)
        return runnerText("the expression matched nothing");
    QStringList parts{measureText(Metric::Promql, trial.value)};
    if (trial.at)
        parts << timeOfDay(*trial.at);
    if (trial.samples)
        parts << TrialWords::tr("n = %1").arg(measureText(Metric::Promql, trial.samples));
    parts << TrialWords::tr("%1 ms").arg(std::llround(trial.seconds * 1000));
    return parts.join(QStringLiteral(" · "));
}

} // namespace crossfade
