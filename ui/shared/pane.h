// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QBoxLayout;
class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace crossfade {

class Chip;
class ElidingLabel;

// A white pane with a hairline border and a head of 32: title, subtitle, marks, stretch, actions.
class Pane : public QWidget {
    Q_OBJECT
public:
    explicit Pane(const QString &title = {}, QWidget *parent = nullptr); // no title: no head

    void setTitle(const QString &title);
    void setSubtitle(const QString &text); // grey, beside the title, elided
    QString title() const;
    QString subtitle() const;
    void addMark(QWidget *mark);    // a chip after the subtitle
    void addAction(QWidget *right); // at the right end of the head
    QVBoxLayout *body() const { return m_body; } // no margins; rows reach the border
    void setContent(QWidget *content);           // adds it to the body with stretch
    // A bar of 44 at the foot, hairline above, inset 12: for reasons and buttons.
    QHBoxLayout *addFootBar();
    void setRedEdge(bool on); // 3 px at the left: something failed or is proposed

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QWidget *m_head = nullptr;
    QHBoxLayout *m_headRow = nullptr;
    QLabel *m_title = nullptr;
    ElidingLabel *m_subtitle = nullptr;
    QVBoxLayout *m_body = nullptr;
    QVBoxLayout *m_all = nullptr;
    QWidget *m_foot = nullptr;
    int m_marks = 0;
    bool m_redEdge = false;
};

// One pixel in the hairline colour, across or down.
class Hairline : public QWidget {
    Q_OBJECT
public:
    explicit Hairline(Qt::Orientation orientation = Qt::Horizontal, QWidget *parent = nullptr);

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace crossfade
