// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shared/chip.h"

#include <QWidget>

class QLabel;
class QStackedLayout;
class QTimer;

namespace crossfade {

class Button;
class TextLabel;

// The states of a pane or a page: loading (blocks in the rows' place, after 200 ms), empty (what
// this is and the one button that starts it), error (what failed, what is still true, Retry), full.
class StateView : public QWidget {
    Q_OBJECT
    Q_PROPERTY(QString state READ stateName) // "loading", "empty", "error", "full": for tests
public:
    explicit StateView(QWidget *content, QWidget *parent = nullptr); // takes it

    enum class State { Loading, Empty, Error, Full };
    State state() const { return m_state; }
    QString stateName() const;
    QWidget *content() const { return m_content; }

    void showLoading(int rowHeight = 28);
    // Without a button text there is no button.
    void showEmpty(const QString &title, const QString &text, const QString &button = {},
                   Glyph glyph = Glyph::Play);
    void showError(const QString &title, const QString &whatFailed, const QString &stillTrue = {});
    void showContent();
    Button *emptyButton() const { return m_emptyButton; } // to block it where a role is missing
    // Of what is shown: a notice that is hidden takes no room.
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void emptyAction(); // the button of the empty state
    void retry();

private:
    void go(State state, QWidget *page);
    QWidget *makeNotice(bool error);

    State m_state = State::Full;
    QWidget *m_content;
    QStackedLayout *m_stack;
    QWidget *m_skeleton = nullptr;
    QWidget *m_blank = nullptr;
    QWidget *m_empty = nullptr;
    QWidget *m_error = nullptr;
    Button *m_emptyButton = nullptr;
    QTimer *m_timer;
};

// "STALE 03:16 old": hidden while the connection lives. Feed it from Connection::ageMs().
class StaleChip : public Chip {
    Q_OBJECT
public:
    explicit StaleChip(QWidget *parent = nullptr);
    void setAge(qint64 ageMs);
    void setStale(bool stale);
};

} // namespace crossfade
