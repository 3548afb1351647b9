// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/runcontrol.h"

#include <utility>

namespace crossfade {

Wish wishFromWord(const std::string &word)
{
    if (word == "CANCEL") return Wish::Cancel;
    return word == "PAUSE" ? Wish::Pause : Wish::None;
}

void RunControl::ask(Wish wish)
{
    const std::lock_guard lock(m_mutex);
    if (wish <= m_wish) return;
    m_wish = wish;
    m_asked.notify_all();
    interrupt();
}

void RunControl::interrupt()
{
    if (m_wish != Wish::Cancel && m_wish != Wish::Stop) return;
    for (Source *source : m_sources)
        source->interrupt();
}

Wish RunControl::wish() const
{
    const std::lock_guard lock(m_mutex);
    return m_wish;
}

bool RunControl::wishWithin(std::chrono::milliseconds time)
{
    std::unique_lock lock(m_mutex);
    return m_asked.wait_for(lock, time, [this] { return m_wish != Wish::None; });
}

RunControl::Attached::Attached(RunControl &control, std::vector<Source *> sources)
    : m_control(control)
{
    const std::lock_guard lock(m_control.m_mutex);
    m_before = std::exchange(m_control.m_sources, std::move(sources));
    m_control.interrupt();
}

RunControl::Attached::~Attached()
{
    const std::lock_guard lock(m_control.m_mutex);
    m_control.m_sources = std::move(m_before);
}

} // namespace crossfade
