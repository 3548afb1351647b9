// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/gallery/clipped.h"

#include "ui/shared/buttons.h"
#include "ui/shared/factlist.h"
#include "ui/shared/labels.h"
#include "ui/shared/theme.h"

#include <QAbstractScrollArea>
#include <QFontMetrics>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>

namespace crossfade::test {

namespace {

QString described(const QWidget *widget)
{
    const QWidget *named = widget;
    while (named->objectName().isEmpty() && named->parentWidget() != nullptr)
        named = named->parentWidget();
    return QStringLiteral("%1 in %2").arg(QLatin1String(widget->metaObject()->className()), named->objectName());
}

// Scrolled out of sight is not cut off.
bool isScrolled(const QWidget *widget)
{
    for (const QWidget *up = widget->parentWidget(); up != nullptr; up = up->parentWidget())
        if (qobject_cast<const QScrollArea *>(up) != nullptr)
            return true;
    return false;
}

QString labelProblem(const QLabel *label)
{
    if (label->text().isEmpty() || qobject_cast<const ElidingLabel *>(label) != nullptr)
        return {};
    const QRect room = label->contentsRect();
    if (label->wordWrap()) {
        const QRect wanted = QFontMetrics(label->font()).boundingRect(QRect(0, 0, room.width(), 10'000), Qt::TextWordWrap, label->text());
        return wanted.height() > room.height() + 2 ? QStringLiteral("lines cut off") : QString();
    }
    const int wanted = QFontMetrics(label->font()).size(Qt::TextShowMnemonic, label->text()).width();
    return wanted > room.width() + 1 ? QStringLiteral("wants %1, has %2").arg(wanted).arg(room.width()) : QString();
}

QString headProblem(const QHeaderView *head)
{
    if (head->orientation() != Qt::Horizontal)
        return {};
    const QFontMetrics metrics(fontOf(FontRole::Chip));
    QStringList cut;
    for (int section = 0; section < head->count(); ++section) {
        const QString text = head->model()->headerData(section, Qt::Horizontal).toString();
        if (!head->isSectionHidden(section) && metrics.horizontalAdvance(text) + 16 > head->sectionSize(section))
            cut.append(text);
    }
    return cut.isEmpty() ? QString() : QStringLiteral("heads cut off: ") + cut.join(QStringLiteral(", "));
}

QString problemOf(QWidget *widget)
{
    if (const auto *label = qobject_cast<QLabel *>(widget)) {
        const QString problem = labelProblem(label);
        return problem.isEmpty() ? problem : QStringLiteral("“%1” %2").arg(label->text().left(60), problem);
    }
    if (const auto *button = qobject_cast<Button *>(widget)) {
        if (button->width() < button->sizeHint().width())
            return QStringLiteral("“%1” wants %2, has %3").arg(button->text()).arg(button->sizeHint().width()).arg(button->width());
        return {};
    }
    if (const auto *edit = qobject_cast<QLineEdit *>(widget)) {
        const int wanted = QFontMetrics(edit->font()).horizontalAdvance(edit->placeholderText());
        if (edit->text().isEmpty() && wanted + 12 > edit->width())
            return QStringLiteral("“%1” does not fit its field").arg(edit->placeholderText());
        return {};
    }
    if (const auto *facts = qobject_cast<FactList *>(widget)) {
        const QWidget *pane = facts->parentWidget();
        return facts->geometry().bottom() > pane->rect().bottom()
                   ? QStringLiteral("rows cut off: %1 under its pane").arg(facts->geometry().bottom() - pane->rect().bottom())
                   : QString();
    }
    if (const auto *head = qobject_cast<QHeaderView *>(widget))
        return headProblem(head);
    if (const auto *area = qobject_cast<QAbstractScrollArea *>(widget))
        if (const QScrollBar *bar = area->horizontalScrollBar(); bar->isVisible() && bar->maximum() > 0)
            return QStringLiteral("scrolls sideways");
    return {};
}

} // namespace

QStringList clippedTexts(QWidget *window)
{
    QStringList problems;
    for (QWidget *widget : window->findChildren<QWidget *>()) {
        if (!widget->isVisible() || widget->window() != window)
            continue;
        const QString problem = problemOf(widget);
        if (!problem.isEmpty())
            problems.append(described(widget) + QStringLiteral(": ") + problem);
        const bool readable = qobject_cast<QLabel *>(widget) != nullptr || qobject_cast<Button *>(widget) != nullptr;
        const QRect place(widget->mapTo(window, QPoint()), widget->size());
        if (readable && !isScrolled(widget) && !window->rect().adjusted(-1, -1, 1, 1).contains(place))
            problems.append(described(widget) + QStringLiteral(": outside of the window"));
    }
    return problems;
}

} // namespace crossfade::test
