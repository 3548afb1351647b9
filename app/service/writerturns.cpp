// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Which of the waiting changes is next: the writer's queue, and how large changes give way.
#include "app/service/writer.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::size_t MostInGroup = 256;
constexpr std::size_t MoreOfFirst = 100; // a full queue has room for what goes first
// What is not settled is asked after so often while nothing else is to be done.
constexpr std::chrono::milliseconds UnsettledPause{250};
// A large change that was begun so often in vain is refused, before it goes on for ever.
constexpr int MostGivenWay = 50;
constexpr std::chrono::seconds LetFirstTime{5};
constexpr std::chrono::milliseconds LetFirstPause{20};

bool endsGroup(Turn last, Turn next)
{
    return last == Turn::Alone || next == Turn::Alone || (last == Turn::First && next != Turn::First);
}

} // namespace

void Writer::setHurry(Hurry hurry)
{
    const std::lock_guard lock(m_mutex);
    m_hurry = std::move(hurry);
}

void Writer::submit(WriteJob job)
{
    job.submitted = std::chrono::steady_clock::now();
    {
        const std::lock_guard lock(m_mutex);
        const bool first = job.turn == Turn::First;
        if (!m_stopping && m_queue.size() < m_maxQueued + (first ? MoreOfFirst : 0)) {
            // Behind those that came before it and go first as well.
            const auto place = first ? std::ranges::find_if(m_queue, [](const WriteJob &other) {
                return other.turn != Turn::First;
            }) : m_queue.end();
            m_queue.insert(place, std::move(job));
            if (first && ++m_firsts == 1 && m_hurry) m_hurry(true);
            m_wake.notify_one();
            return;
        }
    }
    job.done(fail(ErrorKind::Unavailable, "too many changes are waiting; try again"));
}

std::vector<Writer::Outcome> Writer::takeGroup()
{
    std::unique_lock lock(m_mutex);
    const auto due = [this] { return m_stopping || m_lookAround || !m_queue.empty(); };
    // What is not settled is asked after also while nothing else is to be done.
    if (m_unsettled.empty())
        m_wake.wait(lock, due);
    else
        m_wake.wait_for(lock, UnsettledPause, due);
    std::vector<Outcome> group;
    while (!m_queue.empty() && group.size() < MostInGroup) {
        if (!group.empty() && endsGroup(group.back().job.turn, m_queue.front().turn)) break;
        group.push_back({std::move(m_queue.front()), {}, nullptr});
        m_queue.pop_front();
    }
    if (!group.empty()) m_lookAround = false; // its transaction finds what others committed
    return group;
}

// A store that does not answer is waited for once, not once for each group.
void Writer::takeRest(std::vector<Outcome> &group)
{
    const std::lock_guard lock(m_mutex);
    for (WriteJob &job : m_queue)
        group.push_back({std::move(job), {}, nullptr});
    m_queue.clear();
}

bool Writer::isFirstWaiting() const
{
    const std::lock_guard lock(m_mutex);
    return m_firsts > 0;
}

// Before a large change begins: waits, no longer than for a lock, while changes that go first wait elsewhere.
// False: one does here.
bool Writer::letFirst()
{
    const auto deadline = std::chrono::steady_clock::now() + LetFirstTime;
    while (!isFirstWaiting() && m_database->isHurried() && std::chrono::steady_clock::now() < deadline) {
        std::unique_lock lock(m_mutex);
        m_wake.wait_for(lock, LetFirstPause, [this] { return m_firsts > 0; });
    }
    return !isFirstWaiting();
}

// Back to its place: before all that came after it, behind what goes first.
void Writer::giveWay(Outcome &outcome)
{
    if (++outcome.job.gaveWay == MostGivenWay)
        return outcome.job.done(fail(ErrorKind::Unavailable, "changes that go first kept coming; try again later"));
    const std::lock_guard lock(m_mutex);
    const auto place = std::ranges::find_if(m_queue, [](const WriteJob &other) { return other.turn != Turn::First; });
    m_queue.insert(place, std::move(outcome.job));
}

} // namespace crossfade
