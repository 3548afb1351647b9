// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/crossfadestyle.h"

#include "ui/shared/glyphs.h"
#include "ui/shared/tableview.h"
#include "ui/shared/theme.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QStyleOption>

namespace crossfade {

namespace {

void paintBox(QPainter &painter, const QRect &rect, const QColor &ground, const QColor &border)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(border, 1));
    painter.setBrush(ground);
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), Radius, Radius);
    painter.restore();
}

bool isOn(const QStyleOption &option)
{
    return option.state & QStyle::State_Enabled;
}

void paintField(QPainter &painter, const QStyleOption &option)
{
    const Tokens &t = tokensOf(option.palette);
    paintBox(painter, option.rect, isOn(option) ? t.base : t.neutralTint,
             isOn(option) ? t.fieldBorder : t.hairline);
    if ((option.state & QStyle::State_HasFocus) && isOn(option))
        paintFocusRing(painter, option.rect, option.palette);
}

void paintPushPanel(QPainter &painter, const QStyleOption &option)
{
    const Tokens &t = tokensOf(option.palette);
    QColor ground = isOn(option) ? t.button : t.neutralTint;
    if (isOn(option) && (option.state & (QStyle::State_Sunken | QStyle::State_On)))
        ground = t.highlight;
    else if (isOn(option) && (option.state & QStyle::State_MouseOver))
        ground = t.neutralTint;
    paintBox(painter, option.rect, ground, isOn(option) ? t.mid : t.hairline);
}

void paintCheckBox(QPainter &painter, const QStyleOption &option)
{
    const Tokens &t = tokensOf(option.palette);
    const bool checked = option.state & QStyle::State_On;
    const bool partly = option.state & QStyle::State_NoChange;
    const QRect box(option.rect.left(), option.rect.top(), 15, 15);
    const QColor border = isOn(option) ? t.fieldBorder : t.hairline;
    const QColor filled = isOn(option) ? t.ink : t.disabled;
    paintBox(painter, box, checked || partly ? filled : t.base, checked || partly ? filled : border);
    if (checked)
        paintGlyph(painter, QRectF(box).adjusted(2, 2, -2, -2), Glyph::Check, t.inkText);
    else if (partly)
        painter.fillRect(QRect(box.left() + 4, box.top() + 7, 7, 2), t.inkText);
}

void paintRadio(QPainter &painter, const QStyleOption &option)
{
    const Tokens &t = tokensOf(option.palette);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(isOn(option) ? t.fieldBorder : t.hairline, 1));
    painter.setBrush(t.base);
    const QRectF circle = QRectF(option.rect.left(), option.rect.top(), 15, 15).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.drawEllipse(circle);
    if (option.state & QStyle::State_On) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(isOn(option) ? t.ink : t.disabled);
        painter.drawEllipse(circle.adjusted(3.5, 3.5, -3.5, -3.5));
    }
    painter.restore();
}

bool isSortable(const QWidget *head)
{
    if (const auto *table = qobject_cast<const QTableView *>(head->parentWidget()))
        return table->isSortingEnabled();
    const auto *tree = qobject_cast<const QTreeView *>(head->parentWidget());
    return tree != nullptr && tree->isSortingEnabled();
}

void paintHeaderSection(QPainter &painter, const QStyleOption &option, const QWidget *widget)
{
    const Tokens &t = tokensOf(option.palette);
    // Only heads that can be clicked (to sort) answer to the mouse.
    const bool live = isOn(option) && widget != nullptr && static_cast<const QHeaderView *>(widget)->sectionsClickable()
        && isSortable(widget);
    const bool hover = live && (option.state & QStyle::State_MouseOver);
    const bool pressed = live && (option.state & QStyle::State_Sunken);
    painter.fillRect(option.rect, pressed ? t.highlight : hover ? t.neutralTint : t.alternate);
    painter.fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), t.hairline);
}

// Numbers stand right, and so do their heads.
bool isNumberColumn(const QWidget *header, int section)
{
    const auto *table = header != nullptr ? header->parentWidget() : nullptr;
    const auto kindOf = [&](const auto *view) {
        return view != nullptr ? view->cells()->kind(section) : CellKind::Text;
    };
    const CellKind kind = qobject_cast<const TreeView *>(table) != nullptr
        ? kindOf(qobject_cast<const TreeView *>(table))
        : kindOf(qobject_cast<const TableView *>(table));
    return kind == CellKind::Number || kind == CellKind::StrongNumber
        || kind == CellKind::SecondaryNumber;
}

void paintHeaderLabel(QPainter &painter, const QStyleOptionHeader &option, const QWidget *widget)
{
    const Tokens &t = tokensOf(option.palette);
    painter.save();
    painter.setFont(fontOf(FontRole::Chip));
    painter.setPen(t.secondary);
    const QFontMetrics metrics(painter.font());
    const bool first = option.position == QStyleOptionHeader::Beginning
        || option.position == QStyleOptionHeader::OnlyOneSection;
    const bool last = option.position == QStyleOptionHeader::End
        || option.position == QStyleOptionHeader::OnlyOneSection;
    QRect rect = option.rect.adjusted(first ? 12 : 8, 0, last ? -12 : -8, 0);
    const bool sorted = option.sortIndicator != QStyleOptionHeader::None;
    const int arrow = sorted ? 14 : 0;
    const bool right = (option.textAlignment & Qt::AlignRight) || isNumberColumn(widget, option.section);
    const QString shown = metrics.elidedText(option.text, Qt::ElideRight, rect.width() - arrow);
    const int width = metrics.horizontalAdvance(shown);
    const int x = right ? rect.right() - width - arrow + 1 : rect.left();
    const int baseline = rect.top() + (rect.height() + metrics.ascent() - metrics.descent()) / 2;
    if (sorted)
        painter.setPen(t.text);
    painter.drawText(x, baseline, shown);
    if (sorted) {
        const QRectF mark(x + width + 4, rect.center().y() - 4, 9, 9);
        painter.translate(mark.center());
        // Qt's SortDown points down for ascending order; ours points the way the values grow.
        painter.rotate(option.sortIndicator == QStyleOptionHeader::SortDown ? 180 : 0);
        paintGlyph(painter, QRectF(-4.5, -4.5, 9, 9), Glyph::ChevronDown, t.text);
    }
    painter.restore();
}

void paintCombo(QPainter &painter, const QStyleOptionComboBox &option, const QWidget *widget)
{
    const Tokens &t = tokensOf(option.palette);
    const bool on = option.state & QStyle::State_Enabled;
    if (option.frame) {
        paintBox(painter, option.rect, on ? t.base : t.neutralTint, on ? t.fieldBorder : t.hairline);
        if (on && (option.state & QStyle::State_HasFocus) && (widget == nullptr || showsFocus(widget)))
            paintFocusRing(painter, option.rect, option.palette);
    }
    const QRectF mark(option.rect.right() - 19, option.rect.center().y() - 5, 11, 11);
    paintGlyph(painter, mark, Glyph::ChevronDown, on ? t.secondary : t.disabled);
}

void paintSpin(QPainter &painter, const QStyleOptionSpinBox &option, const QRect &up, const QRect &down)
{
    const Tokens &t = tokensOf(option.palette);
    const bool on = option.state & QStyle::State_Enabled;
    paintField(painter, option);
    if (option.buttonSymbols == QAbstractSpinBox::NoButtons)
        return;
    painter.fillRect(QRect(up.left() - 2, option.rect.top() + 4, 1, option.rect.height() - 8), t.hairline);
    const auto arrow = [&](const QRect &rect, bool isUp, bool enabled) {
        painter.save();
        painter.translate(QRectF(rect).center() + QPointF(0, isUp ? 1 : -1));
        painter.rotate(isUp ? 180 : 0);
        const bool pressed = option.activeSubControls
            == (isUp ? QStyle::SC_SpinBoxUp : QStyle::SC_SpinBoxDown);
        const QColor color = !on || !enabled ? t.disabled : pressed ? t.text : t.secondary;
        paintGlyph(painter, QRectF(-4.5, -4.5, 9, 9), Glyph::ChevronDown, color);
        painter.restore();
    };
    arrow(up, true, option.stepEnabled & QAbstractSpinBox::StepUpEnabled);
    arrow(down, false, option.stepEnabled & QAbstractSpinBox::StepDownEnabled);
}

} // namespace

void paintFocusRing(QPainter &painter, const QRectF &rect, const QPalette &palette, bool onFill)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    const Tokens &t = tokensOf(palette);
    painter.setPen(QPen(onFill ? t.inkText : t.ink, 2));
    const double inset = onFill ? 3 : 2; // of the middle of the 2 px line
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), Radius - 1, Radius - 1);
    painter.restore();
}

bool showsFocus(const QWidget *widget)
{
    return widget->hasFocus() && widget->window()->testAttribute(Qt::WA_KeyboardFocusChange);
}

CrossfadeStyle::CrossfadeStyle() : QProxyStyle(QStringLiteral("Fusion")) {}

void CrossfadeStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option,
                                   QPainter *painter, const QWidget *widget) const
{
    switch (element) {
    case PE_PanelButtonCommand:
        paintPushPanel(*painter, *option);
        return;
    case PE_FrameLineEdit:
        return;
    case PE_PanelLineEdit:
        // The editor inside a spin box or a combo has no frame of its own.
        if (const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
            frame != nullptr && frame->lineWidth > 0)
            paintField(*painter, *option);
        return;
    case PE_Frame:
        // A field of several lines looks like one of one line.
        if (qobject_cast<const QPlainTextEdit *>(widget) != nullptr) {
            paintField(*painter, *option);
            return;
        }
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        return;
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        paintCheckBox(*painter, *option);
        return;
    case PE_IndicatorRadioButton:
        paintRadio(*painter, *option);
        return;
    case PE_FrameFocusRect:
        if (widget != nullptr && !widget->inherits("QAbstractItemView") && showsFocus(widget))
            paintFocusRing(*painter, QRectF(option->rect).adjusted(-3, -2, 3, 2), option->palette);
        return;
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void CrossfadeStyle::drawControl(ControlElement element, const QStyleOption *option,
                                 QPainter *painter, const QWidget *widget) const
{
    if (element == CE_HeaderSection || element == CE_HeaderEmptyArea) {
        paintHeaderSection(*painter, *option, qobject_cast<const QHeaderView *>(widget));
        return;
    }
    if (element == CE_HeaderLabel) {
        if (const auto *header = qstyleoption_cast<const QStyleOptionHeader *>(option)) {
            paintHeaderLabel(*painter, *header, widget);
            return;
        }
    }
    if (element == CE_Header) {
        // Section and label only: the arrow is part of our label.
        drawControl(CE_HeaderSection, option, painter, widget);
        drawControl(CE_HeaderLabel, option, painter, widget);
        return;
    }
    if (element == CE_Splitter) {
        const Tokens &t = tokensOf(option->palette);
        const QPoint middle = option->rect.center();
        const bool across = option->rect.height() > option->rect.width();
        for (int i = -4; i <= 4; i += 2)
            painter->fillRect(QRect(middle + (across ? QPoint(0, i) : QPoint(i, 0)), QSize(1, 1)), t.mid);
        return;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void CrossfadeStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option,
                                        QPainter *painter, const QWidget *widget) const
{
    if (control == CC_ComboBox) {
        if (const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(option)) {
            paintCombo(*painter, *combo, widget);
            return;
        }
    }
    if (control == CC_SpinBox) {
        if (const auto *spin = qstyleoption_cast<const QStyleOptionSpinBox *>(option)) {
            paintSpin(*painter, *spin, subControlRect(control, option, SC_SpinBoxUp, widget),
                      subControlRect(control, option, SC_SpinBoxDown, widget));
            return;
        }
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

int CrossfadeStyle::pixelMetric(PixelMetric metric, const QStyleOption *option,
                                const QWidget *widget) const
{
    switch (metric) {
    case PM_SplitterWidth: return 8;
    case PM_ScrollBarExtent: return 12;
    case PM_ButtonIconSize:
    case PM_SmallIconSize: return 16;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight: return 15;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical: return 0;
    default: return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int CrossfadeStyle::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                              QStyleHintReturn *data) const
{
    switch (hint) {
    case SH_EtchDisabledText: return 0;
    case SH_DialogButtonBox_ButtonsHaveIcons: return 0;
    case SH_ComboBox_Popup: return 0;
    default: return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

QSize CrossfadeStyle::sizeFromContents(ContentsType type, const QStyleOption *option,
                                       const QSize &size, const QWidget *widget) const
{
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    switch (type) {
    case CT_PushButton:
    case CT_ComboBox:
        if (type == CT_ComboBox)
            result.rwidth() += 4;
        [[fallthrough]];
    case CT_SpinBox:
    case CT_LineEdit:
        // A line edit inside a spin box or a cell keeps to the space it is given.
        if (type != CT_LineEdit || widget == nullptr || widget->parentWidget() == nullptr
            || !widget->parentWidget()->inherits("QAbstractSpinBox"))
            result.setHeight(ControlHeight);
        return result;
    default:
        return result;
    }
}

QRect CrossfadeStyle::subControlRect(ComplexControl control, const QStyleOptionComplex *option,
                                     SubControl part, const QWidget *widget) const
{
    const QRect rect = QProxyStyle::subControlRect(control, option, part, widget);
    // As far from the border as the text of a line edit.
    if (control == CC_ComboBox && part == SC_ComboBoxEditField)
        return rect.adjusted(4, 0, 0, 0);
    return rect;
}

QRect CrossfadeStyle::subElementRect(SubElement element, const QStyleOption *option,
                                     const QWidget *widget) const
{
    const QRect rect = QProxyStyle::subElementRect(element, option, widget);
    const auto *frame = qstyleoption_cast<const QStyleOptionFrame *>(option);
    // Text keeps off the border of fields that have one of their own.
    if (element == SE_LineEditContents && frame != nullptr && frame->lineWidth > 0)
        return rect.adjusted(5, 0, -5, 0);
    return rect;
}

void CrossfadeStyle::polish(QWidget *widget)
{
    QProxyStyle::polish(widget);
    if (qobject_cast<QLineEdit *>(widget) != nullptr || qobject_cast<QComboBox *>(widget) != nullptr)
        widget->setAttribute(Qt::WA_Hover);
}

} // namespace crossfade
