// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/percentspin.h"

#include "ui/shared/theme.h"

namespace crossfade {

PercentSpin::PercentSpin(QWidget *parent) : QDoubleSpinBox(parent)
{
    setRange(0, 100);
    setDecimals(2);
    setSingleStep(1);
    setSuffix(QString(NarrowSpace) + QLatin1Char('%'));
    setAlignment(Qt::AlignRight);
    setFixedWidth(104);
    setKeyboardTracking(true);
}

} // namespace crossfade
