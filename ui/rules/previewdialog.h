// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/rulepreview.h"

#include <QDialog>

namespace crossfade {

// What a change would move: counts by direction and reason, held users, stranded writes, a sample.
class PreviewDialog : public QDialog {
    Q_OBJECT
public:
    PreviewDialog(const RulePreview &preview, QWidget *parent);

private:
    QWidget *side(const QString &platform, const RulePreview::Side &side);
    QWidget *warnings(const RulePreview &preview);
};

// "1 user moves to LEGACY, 0 to NEW; none held"
QString previewSentence(const RulePreview &preview);

} // namespace crossfade
