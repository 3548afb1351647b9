// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/repairtally.h"
#include "models/session/repairqueue.h"

#include <QWidget>

namespace crossfade {

class Button;
class ElidingLabel;

// The foot of the list: which keys there are; once tasks are marked, what can be done with them, how far that is,
// and what was refused. A decision is asked of the comparator task by task.
class MarkedBar : public QWidget {
    Q_OBJECT
public:
    explicit MarkedBar(RepairsSession *session, QWidget *parent = nullptr);

private:
    void sync();
    void ask(RepairVerdict verdict);
    void assign();
    void start(std::vector<std::string> ids, const RepairOrder &order);
    void onProgress();
    void onEnd();
    // Of the marked ones, those that take it now.
    std::vector<std::string> takers(RepairVerdict verdict, RepairTally &tally) const;
    void say(const QString &text, bool red);

    RepairsSession *m_session;
    RepairQueue *m_queue;
    ElidingLabel *m_text;
    Button *m_stop;
    Button *m_clear;
    Button *m_undo;
    Button *m_assign;
    Button *m_reject;
    Button *m_approve;
    bool m_told = false; // the text says what came of the last order
};

} // namespace crossfade
