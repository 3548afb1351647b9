// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shared/tokens.h"

#include <QVariantList>
#include <QWidget>

#include <optional>

class QPainter;

namespace crossfade {

// 1.4 px line with an end dot, its threshold dashed; an invalid value is a gap, no value at all a
// dotted line, never zero.
void paintSparkline(QPainter &painter, const QRectF &rect, const QVariantList &values,
                    std::optional<double> threshold, const QColor &line, const Tokens &tokens);

// The small bar of the split: NEW solid, LEGACY hatched, a tick at the cap (percent, < 0 none).
void paintSplit(QPainter &painter, const QRectF &rect, double percentNew, double cap,
                const Tokens &tokens);

class SplitBar : public QWidget {
    Q_OBJECT
public:
    explicit SplitBar(QWidget *parent = nullptr);
    void setPercentNew(std::optional<double> percent); // none: an empty grey bar
    QSize sizeHint() const override { return {190, 12}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::optional<double> m_percent;
};

} // namespace crossfade
