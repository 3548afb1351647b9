// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProxyStyle>

namespace crossfade {

// Fusion made flat: buttons, fields, combos, spins, table heads, focus ring.
class CrossfadeStyle : public QProxyStyle {
    Q_OBJECT
public:
    CrossfadeStyle();

    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget) const override;
    void drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                     const QWidget *widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex *option,
                            QPainter *painter, const QWidget *widget) const override;
    int pixelMetric(PixelMetric metric, const QStyleOption *option,
                    const QWidget *widget) const override;
    int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                  QStyleHintReturn *data) const override;
    QSize sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                           const QWidget *widget) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex *option,
                         SubControl part, const QWidget *widget) const override;
    QRect subElementRect(SubElement element, const QStyleOption *option,
                         const QWidget *widget) const override;
    void polish(QWidget *widget) override;
    using QProxyStyle::polish;
};

// 2 px ink, inset 1: the focus of whatever holds it.
// On a control that is filled with ink or red it takes the fill's text colour.
void paintFocusRing(QPainter &painter, const QRectF &rect, const QPalette &palette,
                    bool onFill = false);
// Has the focus, and the window was last moved through by keys: a click needs no ring.
bool showsFocus(const QWidget *widget);

} // namespace crossfade
