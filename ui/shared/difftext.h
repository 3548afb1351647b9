// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shared/tableview.h"
#include "ui/shared/tokens.h"

#include <QByteArray>
#include <QRect>
#include <QString>

#include <optional>

class QPainter;

namespace crossfade {

enum class DiffSide { Legacy, New };

// One value held against the value across: what differs is tinted and underlined (dotted LEGACY,
// solid NEW), what can't be seen is shown by a sign or a name, NULL and "" are words.
struct DiffValue {
    std::optional<QByteArray> text;  // UTF-8; none: SQL NULL
    std::optional<QByteArray> other; // none: nothing to hold it against
    DiffSide side = DiffSide::Legacy;
    bool marked = true;     // tint what differs
    bool allSpaces = false; // every space as a dot, not only changed ones
    bool quiet = false;     // secondary text
    bool statement = false; // SQL: its words are set off from the names and values
    QString word;           // shown instead of a value, grey: "no row", "unchanged"
};

// In mono, at a baseline centred in `rect`; shortened on the side away from the first change, so
// that it is always in sight.
void paintDiffValue(QPainter &painter, const QRect &rect, const DiffValue &value,
                    const Tokens &tokens);
// What is painted, in signs: for tests and screen readers. Shortened as for `width`, < 0 not at all.
QString shownDiffValue(const DiffValue &value, int width = -1);

// The signs and tints explained: "a only LEGACY, a only NEW, · space …".
class DiffLegend : public QWidget {
    Q_OBJECT
public:
    explicit DiffLegend(QWidget *parent = nullptr);
    QSize sizeHint() const override { return {320, 24}; }

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace crossfade
