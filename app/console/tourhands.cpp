// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/tourhands.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTest>
#include <QThread>
#include <QWindow>

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds PollEvery{25};

QList<QWidget *> windowsTopmostFirst()
{
    QList<QWidget *> windows;
    for (QWidget *popup = QApplication::activePopupWidget(); popup && windows.isEmpty();)
        windows.append(popup);
    if (QWidget *modal = QApplication::activeModalWidget(); modal && !windows.contains(modal))
        windows.append(modal);
    const QWidgetList all = QApplication::topLevelWidgets();
    for (QWidget *window : all)
        if (window->isVisible() && !windows.contains(window) && window->parentWidget())
            windows.append(window);
    for (QWidget *window : all)
        if (window->isVisible() && !windows.contains(window))
            windows.append(window);
    return windows;
}

// Ids are no texts to be read, but do not change with the language.
bool carriesId(const QModelIndex &index, const QString &id)
{
    for (int role = Qt::UserRole; role < Qt::UserRole + 4; ++role)
        if (index.data(role).toString() == id)
            return true;
    return false;
}

QModelIndex findRow(const QAbstractItemView *view, const QString &text)
{
    const QAbstractItemModel *model = view->model();
    for (int row = 0; row < model->rowCount(); ++row)
        for (int column = 0; column < model->columnCount(); ++column) {
            const QModelIndex index = model->index(row, column);
            if (index.data().toString().contains(text) || carriesId(index, text))
                return index;
        }
    return {};
}

// The middle of what is seen of a widget.
QPoint middle(QWidget *widget)
{
    return widget->visibleRegion().boundingRect().center();
}

} // namespace

TourHands::TourHands(Clock::time_point deadline, const std::atomic<bool> &stop)
    : m_deadline(deadline)
    , m_stop(stop)
{
}

void TourHands::onGui(const std::function<void()> &work)
{
    QMetaObject::invokeMethod(qApp, work, Qt::BlockingQueuedConnection);
}

void TourHands::fail(const QString &why)
{
    if (m_failure.isEmpty())
        m_failure = why;
}

void TourHands::expect(bool holds, const QString &otherwise)
{
    if (!holds)
        fail(otherwise);
}

void TourHands::waitFor(const QString &what, const Condition &condition, int seconds)
{
    waitOutside(what,
                [&condition] {
                    bool holds = false;
                    onGui([&] { holds = condition(); });
                    return holds;
                },
                seconds);
}

void TourHands::waitOutside(const QString &what, const Condition &condition, int seconds)
{
    if (failed())
        return;
    const auto limit = std::min<Clock::duration>(std::chrono::seconds(seconds), m_patience);
    const auto until = std::min(m_deadline, Clock::now() + limit);
    while (!condition()) {
        if (m_stop || Clock::now() >= until) {
            const std::chrono::duration<double> waited = limit;
            fail(QStringLiteral("not within %1 s: %2").arg(waited.count()).arg(what));
            return;
        }
        QThread::usleep(std::chrono::microseconds(PollEvery).count());
    }
}

QWidget *TourHands::find(const QString &name)
{
    for (QWidget *window : windowsTopmostFirst()) {
        if (window->objectName() == name)
            return window;
        for (QWidget *widget : window->findChildren<QWidget *>(name))
            if (widget->isVisible() && widget->window() == window)
                return widget;
    }
    return nullptr;
}

QString TourHands::readText(const QWidget *widget)
{
    if (const auto *label = qobject_cast<const QLabel *>(widget))
        return label->text();
    if (const auto *button = qobject_cast<const QAbstractButton *>(widget))
        return button->text();
    if (const auto *edit = qobject_cast<const QLineEdit *>(widget))
        return edit->text();
    if (const auto *combo = qobject_cast<const QComboBox *>(widget))
        return combo->currentText();
    if (const auto *text = qobject_cast<const QPlainTextEdit *>(widget))
        return text->toPlainText();
    return widget ? widget->property("text").toString() : QString();
}

// Clicks once it is visible, enabled, and the topmost thing at its pixel.
void TourHands::clickWidget(const std::function<QWidget *()> &findIt,
                            const std::function<QPoint(QWidget *)> &where, const QString &what,
                            bool twice)
{
    QString obstacle = QStringLiteral("it is not there");
    const auto tryClick = [&] {
        QWidget *widget = findIt();
        if (!widget || !widget->isVisible())
            return false;
        if (!widget->isEnabled()) {
            obstacle = QStringLiteral("it is disabled: ") + widget->toolTip();
            return false;
        }
        const QPoint at = widget->mapToGlobal(where(widget));
        QWidget *hit = QApplication::widgetAt(at);
        if (!hit || (hit != widget && !widget->isAncestorOf(hit))) {
            obstacle = QStringLiteral("something else is at its place: ") +
                       (hit ? hit->objectName() + QLatin1Char(' ') +
                                  QLatin1String(hit->metaObject()->className())
                            : QStringLiteral("nothing of ours"));
            return false;
        }
        QWindow *window = hit->window()->windowHandle();
        // What a window manager does on a click, where there is none.
        if (!hit->window()->isActiveWindow() && hit->window()->windowType() != Qt::Popup)
            hit->window()->activateWindow();
        const QPoint local = hit->window()->mapFromGlobal(at);
        QTest::mouseMove(window, local);
        if (twice)
            QTest::mouseDClick(window, Qt::LeftButton, Qt::NoModifier, local);
        else
            QTest::mouseClick(window, Qt::LeftButton, Qt::NoModifier, local);
        return true;
    };
    waitFor(QStringLiteral("click on ") + what, tryClick);
    if (failed())
        m_failure += QStringLiteral(" (%1)").arg(obstacle);
}

void TourHands::click(const QString &name)
{
    if (!failed())
        clickWidget([name] { return find(name); }, middle, name, false);
}

void TourHands::doubleClick(const QString &name)
{
    if (!failed())
        clickWidget([name] { return find(name); }, middle, name, true);
}

void TourHands::clickRow(const QString &view, const QString &text, bool twice)
{
    if (failed())
        return;
    const auto viewport = [view, text]() -> QWidget * {
        auto *list = qobject_cast<QAbstractItemView *>(find(view));
        if (!list || !list->isEnabled())
            return nullptr;
        const QModelIndex index = findRow(list, text);
        if (!index.isValid())
            return nullptr;
        list->scrollTo(index);
        return list->viewport();
    };
    const auto where = [view, text](QWidget *) {
        auto *list = qobject_cast<QAbstractItemView *>(find(view));
        const QRect cell = list->visualRect(findRow(list, text));
        return QPoint(cell.left() + qMin(24, cell.width() / 2), cell.center().y());
    };
    clickWidget(viewport, where, QStringLiteral("row “%1” of %2").arg(text, view), twice);
}

void TourHands::clickFirstRow(const QString &view)
{
    clickRow(view, QString());
}

void TourHands::choose(const QString &combo, const QString &item)
{
    click(combo);
    if (failed())
        return;
    const auto list = []() -> QAbstractItemView * {
        QWidget *popup = QApplication::activePopupWidget();
        return popup ? popup->findChild<QAbstractItemView *>() : nullptr;
    };
    clickWidget(
        [list, item]() -> QWidget * {
            QAbstractItemView *view = list();
            return view && findRow(view, item).isValid() ? view->viewport() : nullptr;
        },
        [list, item](QWidget *) { return list()->visualRect(findRow(list(), item)).center(); },
        QStringLiteral("“%1” of %2").arg(item, combo), false);
}

void TourHands::type(const QString &text)
{
    if (failed())
        return;
    onGui([&] {
        QWindow *window = QGuiApplication::focusWindow();
        if (!window || !QApplication::focusWidget()) {
            fail(QStringLiteral("nothing has the focus to type “%1” into").arg(text));
            return;
        }
        for (const QChar letter : text)
            QTest::sendKeyEvent(QTest::Click, window, Qt::Key(letter.toUpper().unicode()),
                                QString(letter), Qt::NoModifier);
    });
}

void TourHands::press(int key, Qt::KeyboardModifiers modifiers)
{
    if (failed())
        return;
    onGui([&] {
        QWindow *window = QGuiApplication::focusWindow();
        if (!window) {
            fail(QStringLiteral("no window has the focus"));
            return;
        }
        QTest::keyClick(window, Qt::Key(key), modifiers);
    });
}

void TourHands::fill(const QString &edit, const QString &text)
{
    click(edit);
    waitFor(edit + QStringLiteral(" takes the keys"), [edit] {
        const QWidget *widget = find(edit);
        const QWidget *focus = QApplication::focusWidget();
        return widget && focus && (focus == widget || widget->isAncestorOf(focus));
    });
    press(Qt::Key_A, Qt::ControlModifier);
    type(text);
}

void TourHands::waitVisible(const QString &name, int seconds)
{
    waitFor(name + QStringLiteral(" is shown"), [name] { return find(name) != nullptr; }, seconds);
}

void TourHands::waitGone(const QString &name, int seconds)
{
    waitFor(name + QStringLiteral(" is gone"), [name] { return find(name) == nullptr; }, seconds);
}

void TourHands::waitEnabled(const QString &name, int seconds)
{
    waitFor(name + QStringLiteral(" can be used"),
            [name] {
                const QWidget *widget = find(name);
                return widget && widget->isEnabled();
            },
            seconds);
}

void TourHands::waitText(const QString &name, const QString &contains, int seconds)
{
    if (failed())
        return;
    QString last;
    waitFor(QStringLiteral("%1 reads “%2”").arg(name, contains),
            [&] {
                last = readText(find(name));
                return last.contains(contains);
            },
            seconds);
    if (failed())
        m_failure += QStringLiteral(" (it reads “%1”)").arg(last);
}

QString TourHands::textOf(const QString &name)
{
    QString text;
    onGui([&] { text = readText(find(name)); });
    return text;
}

} // namespace crossfade
