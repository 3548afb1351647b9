// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/models/session/fakedata.h"

#include <QElapsedTimer>
#include <QTimer>

#include <algorithm>
#include <ctime>

// A hundred thousand rules, and how long the event loop stands still meanwhile.
namespace crossfade::test {

inline constexpr int Many = 100'000;
inline constexpr int PageRows = 1'000;

// A page of rules as it goes over the wire: making a hundred of them must not be what the test measures. The names
// of one page lie between those of all others.
inline QByteArray pageOfRules(int from)
{
    const QByteArray rule = QByteArray::fromStdString(dumpJson(ruleJson("r@", "rule-%", "user-@", "LEGACY", 5)));
    QByteArrayList rules;
    for (int i = from; i < std::min(from + PageRows, Many); ++i)
        rules << QByteArray(rule)
                     .replace('@', QByteArray::number(i))
                     .replace('%', QByteArray::number(i * 77'773LL % Many));
    const QByteArray next = from + PageRows < Many ? '"' + QByteArray::number(from + PageRows) + '"' : "null";
    return "{\"items\":[" + rules.join(',') + "],\"next_cursor\":" + next + ",\"total\":" + QByteArray::number(Many) +
           '}';
}

// What this thread has worked: whatever else wants the machine is not in it.
inline qint64 workedMs()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return qint64(now.tv_sec) * 1'000 + now.tv_nsec / 1'000'000;
}

// A person feels 100 ms as a stop; without optimisation reading one page of rules takes a third of that on one
// machine and all of it on another. So the measure is what reading a page costs here and now: the work on one page may
// take ten times as long. What costs something of every row takes twenty times that and more.
inline qint64 stallMs()
{
    constexpr int times = 5;
    const std::string page = pageOfRules(0).toStdString();
    const qint64 before = workedMs();
    for (int i = 0; i < times; ++i)
        if (!parseJson(page)) return 0;
    return 10 * (workedMs() - before) / times;
}

// The longest time the event loop was away while it lived: by the clock, and of that what it worked itself. The
// latter is what the console can help, however many others want the machine.
class Heartbeat {
public:
    Heartbeat()
    {
        m_timer.setInterval(5);
        m_timer.setTimerType(Qt::PreciseTimer);
        QObject::connect(&m_timer, &QTimer::timeout, [this] {
            m_worst = std::max(m_worst, m_since.elapsed());
            m_since.start();
            const qint64 worked = workedMs();
            m_worstWork = std::max(m_worstWork, worked - m_worked);
            m_worked = worked;
        });
        m_since.start();
        m_worked = workedMs();
        m_timer.start();
    }
    qint64 worstMs() const { return m_worst; }
    qint64 worstWorkMs() const { return m_worstWork; }

private:
    QTimer m_timer;
    QElapsedTimer m_since;
    qint64 m_worst = 0;
    qint64 m_worked = 0;
    qint64 m_worstWork = 0;
};

// So large a table can take longer to come than a stream may be silent.
struct Beats {
    Beats(FakeService *router, FakeService *comparator)
    {
        QObject::connect(&timer, &QTimer::timeout, &timer, [router, comparator] {
            router->beat();
            comparator->beat();
        });
        timer.start(2'000);
    }
    QTimer timer;
};

} // namespace crossfade::test
