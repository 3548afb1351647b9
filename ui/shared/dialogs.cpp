// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/dialogs.h"

#include "ui/shared/labels.h"

#include <QApplication>
#include <QDialog>
#include <QEvent>
#include <QLayout>
#include <QPointer>
#include <QScreen>
#include <QShortcut>
#include <QVBoxLayout>

#include <algorithm>

namespace crossfade {

namespace {

constexpr const char *Reachable = "alwaysReachable";

bool isInput(QEvent::Type type)
{
    switch (type) {
    case QEvent::MouseButtonPress:
    case QEvent::MouseButtonRelease:
    case QEvent::MouseButtonDblClick:
    case QEvent::Wheel:
    case QEvent::ContextMenu:
    case QEvent::KeyPress:
    case QEvent::KeyRelease:
    case QEvent::ShortcutOverride:
    case QEvent::Shortcut:
    case QEvent::TouchBegin:
    case QEvent::DragEnter:
    case QEvent::Drop: return true;
    default: return false;
    }
}

bool isReachable(const QObject *object)
{
    for (; object != nullptr; object = object->parent())
        if (object->property(Reachable).toBool())
            return true;
    return false;
}

// Qt's own modality shuts a whole window; this shuts all of it but what is always reachable.
class DialogGate : public QObject {
public:
    explicit DialogGate(QObject *parent) : QObject(parent) { qApp->installEventFilter(this); }

    void add(QDialog *dialog)
    {
        m_open.removeIf([](const QPointer<QDialog> &one) { return one.isNull(); });
        m_open.append(dialog);
    }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (!isInput(event->type()))
            return false;
        const auto *shortcut = qobject_cast<QShortcut *>(watched);
        const auto *widget = qobject_cast<QWidget *>(shortcut != nullptr ? shortcut->parent() : watched);
        if (widget == nullptr || isReachable(watched))
            return false;
        QDialog *over = dialogOver(widget->window());
        if (over == nullptr)
            return false;
        // As a window manager does with a window that waits: the one it waits for comes forward.
        if (event->type() == QEvent::MouseButtonPress) {
            over->raise();
            over->activateWindow();
        }
        return true;
    }

private:
    // The newest dialog this window waits for.
    QDialog *dialogOver(const QWidget *window) const
    {
        for (qsizetype i = m_open.size(); i-- > 0;) {
            QDialog *dialog = m_open.at(i);
            if (dialog != nullptr && dialog->isVisible() && dialog->parentWidget() != nullptr &&
                dialog->parentWidget()->window() == window)
                return dialog;
        }
        return nullptr;
    }

    QList<QPointer<QDialog>> m_open;
};

// What is said later in an open dialog may need more lines than there were. A window does not ask for the
// height that wrapped text needs at its width, and would take it from another pane.
class RoomForLines : public QObject {
public:
    explicit RoomForLines(QDialog *dialog) : QObject(dialog) { dialog->installEventFilter(this); }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        auto *dialog = qobject_cast<QDialog *>(watched);
        if (dialog == nullptr || dialog->layout() == nullptr || !dialog->layout()->hasHeightForWidth())
            return false;
        if (event->type() == QEvent::LayoutRequest || event->type() == QEvent::Show) {
            const int most = dialog->screen()->availableGeometry().height();
            const int least = std::min(dialog->layout()->minimumHeightForWidth(dialog->width()), most);
            if (dialog->height() < least)
                dialog->resize(dialog->width(), least);
        }
        return false;
    }
};

DialogGate *gate()
{
    static QPointer<DialogGate> one;
    if (one.isNull())
        one = new DialogGate(qApp);
    return one;
}

} // namespace

void openDialog(QDialog *dialog)
{
    gate()->add(dialog);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowModality(Qt::NonModal);
    new RoomForLines(dialog);
    dialog->show();
    dialog->activateWindow();
}

QVBoxLayout *addQuestion(QDialog *dialog, const QString &title, const QString &effect)
{
    dialog->setWindowTitle(title);
    auto *column = new QVBoxLayout(dialog);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(10);
    auto *head = new TextLabel(title, FontRole::DialogTitle, Ink::Text, dialog);
    auto *body = new TextLabel(effect, FontRole::Body, Ink::Secondary, dialog);
    for (TextLabel *label : {head, body}) {
        label->setWordWrap(true);
        column->addWidget(label);
    }
    return column;
}

void setAlwaysReachable(QObject *object)
{
    object->setProperty(Reachable, true);
}

} // namespace crossfade
