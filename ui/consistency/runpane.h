// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/consistencysession.h"
#include "ui/shared/pane.h"

#include <optional>

class QSpinBox;

namespace crossfade {

class Button;
class Chip;
class ElidingLabel;
class TextLabel;

// A run's segments as squares, 32 a row: done, being compared, to come. Many segments share one.
class SegmentSquares : public QWidget {
    Q_OBJECT
public:
    explicit SegmentSquares(QWidget *parent = nullptr);
    void setProgress(std::optional<std::int64_t> total, std::int64_t done, bool running);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int squares() const;

    std::optional<std::int64_t> m_total;
    std::int64_t m_done = 0;
    bool m_running = false;
};

// The run of the chosen check: how far it is, what it found, and what can be done with it.
class RunPane : public Pane {
    Q_OBJECT
public:
    explicit RunPane(ConsistencySession *session, QWidget *parent = nullptr);
    void setCheck(const QString &checkId);

private:
    void sync();
    void showRun(const RunRow &run);
    QLayout *limitLine();
    void showLimit(const RunRow &run);
    void offerLimit();
    std::optional<std::int64_t> limitAsked() const;
    void showNone();

    ConsistencySession *m_session;
    QString m_checkId;
    std::string m_runId;
    RunRow m_run;
    Chip *m_state = nullptr;
    TextLabel *m_percent = nullptr;
    ElidingLabel *m_rows = nullptr;
    SegmentSquares *m_squares = nullptr;
    TextLabel *m_detail = nullptr;
    Button *m_pause = nullptr;
    Button *m_cancel = nullptr;
    QWidget *m_limitLine = nullptr;
    QSpinBox *m_limit = nullptr;
    Button *m_setLimit = nullptr;
    bool m_paused = false;
};

} // namespace crossfade
