// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemView>
#include <QMetaObject>
#include <QObject>
#include <QPoint>
#include <QString>

#include <atomic>
#include <chrono>
#include <functional>

class QWidget;

namespace crossfade {

// The hands of the tour: they run on a thread of their own, look at the windows and act on them as a
// person would, by mouse and key events given to the window at a pixel. What is not visible, not
// enabled, or covered by something else can't be clicked.
//
// Failures stick: after the first one of a step everything else of that step does nothing, and
// failure() says what was wrong.
class TourHands {
public:
    using Clock = std::chrono::steady_clock;

    // Nothing waits beyond this moment, or once `stop` is set.
    TourHands(Clock::time_point deadline, const std::atomic<bool> &stop);

    void beginStep() { m_failure.clear(); }
    // No wait lasts longer than this from now on.
    void setPatience(std::chrono::milliseconds most) { m_patience = most; }
    bool failed() const { return !m_failure.isEmpty(); }
    QString failure() const { return m_failure; }
    void fail(const QString &why);
    void expect(bool holds, const QString &otherwise);

    // Polls until it holds; the condition runs on the GUI thread.
    using Condition = std::function<bool()>;
    void waitFor(const QString &what, const Condition &condition, int seconds = 10);
    // The same for a condition that asks elsewhere (REST): it runs on this thread.
    void waitOutside(const QString &what, const Condition &condition, int seconds = 10);

    void click(const QString &name);
    void doubleClick(const QString &name);
    // A row of a table or list, by a text that one of its cells contains, or by an id it carries.
    void clickRow(const QString &view, const QString &text, bool twice = false);
    void clickFirstRow(const QString &view);
    void choose(const QString &combo, const QString &item); // opens it and clicks the item
    void type(const QString &text);                         // into what has the focus
    void press(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    // Clicks it, selects what it holds, types.
    void fill(const QString &edit, const QString &text);

    void waitVisible(const QString &name, int seconds = 10);
    void waitGone(const QString &name, int seconds = 10);
    void waitEnabled(const QString &name, int seconds = 10);
    void waitText(const QString &name, const QString &contains, int seconds = 10);
    QString textOf(const QString &name);

    // Runs it on the GUI thread and waits.
    static void onGui(const std::function<void()> &work);
    // For conditions (GUI thread): the visible widget of this name, in the topmost window first.
    static QWidget *find(const QString &name);
    // What a person reads there: text, title, value.
    static QString readText(const QWidget *widget);

private:
    void clickWidget(const std::function<QWidget *()> &find, const std::function<QPoint(QWidget *)> &where,
                     const QString &what, bool twice);

    Clock::time_point m_deadline;
    const std::atomic<bool> &m_stop;
    std::chrono::milliseconds m_patience = std::chrono::hours(1);
    QString m_failure;
};

} // namespace crossfade
