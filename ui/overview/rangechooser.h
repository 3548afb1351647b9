// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QPointer>
#include <QWidget>

#include <optional>

class QDateTimeEdit;

namespace crossfade {

constexpr qint64 DayMs = 86'400'000;

class Button;
class Segmented;
class TextLabel;

// A stretch of time in milliseconds since 1970, from < to.
struct TimeSpan {
    qint64 fromMs = 0;
    qint64 toMs = 0;
    bool operator==(const TimeSpan &) const = default;
};

// Asks for a beginning and an end. What can't be drawn is said while it is typed.
class SpanPopup : public QFrame {
    Q_OBJECT
public:
    // The router keeps its measurements this long.
    static constexpr qint64 MostDays = 30;

    SpanPopup(TimeSpan span, qint64 nowMs, QWidget *parent);

    TimeSpan span() const;
    // What is wrong with it, in words; empty if it can be drawn.
    QString problem() const;

Q_SIGNALS:
    void applied(crossfade::TimeSpan span);
    void closed();

protected:
    void hideEvent(QHideEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QDateTimeEdit *buildEdit(qint64 ms, const QString &name, const char *objectName);
    void recheck();
    void apply();

    qint64 m_nowMs;
    QDateTimeEdit *m_from, *m_to;
    TextLabel *m_problem;
    Button *m_apply;
};

// The last 5 minutes, hour or day, which follow the clock, or two times that stand still.
class RangeChooser : public QWidget {
    Q_OBJECT
public:
    explicit RangeChooser(QWidget *parent = nullptr);

    bool followsLive() const { return !m_custom; }
    TimeSpan span(qint64 nowMs) const;

Q_SIGNALS:
    void changed();

private:
    void onSegment(int index);
    void askForSpan();

    Segmented *m_segments;
    int m_last = 0; // the one that holds while a custom span is asked for
    std::optional<TimeSpan> m_custom;
    QPointer<SpanPopup> m_popup;
};

} // namespace crossfade
