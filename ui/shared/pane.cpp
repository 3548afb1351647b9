// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/pane.h"

#include "ui/shared/chip.h"
#include "ui/shared/labels.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPainterPath>
#include <QVBoxLayout>

namespace crossfade {

namespace {

constexpr int HeadHeight = 32;
constexpr int FootHeight = 44;
constexpr int RedEdgeWidth = 3;

} // namespace

Pane::Pane(const QString &title, QWidget *parent) : QWidget(parent)
{
    m_all = new QVBoxLayout(this);
    m_all->setContentsMargins(1, 1, 1, 1);
    m_all->setSpacing(0);
    m_head = new QWidget(this);
    m_head->setFixedHeight(HeadHeight);
    m_headRow = new QHBoxLayout(m_head);
    m_headRow->setContentsMargins(11, 0, 7, 0);
    m_headRow->setSpacing(8);
    m_title = new TextLabel(title, FontRole::PaneTitle, Ink::Text, m_head);
    m_subtitle = new ElidingLabel({}, FontRole::Secondary, Ink::Secondary, m_head);
    m_headRow->addWidget(m_title);
    m_headRow->addWidget(m_subtitle, 1);
    m_all->addWidget(m_head);
    m_all->addWidget(new Hairline(Qt::Horizontal, this));
    m_all->itemAt(1)->widget()->setVisible(!title.isEmpty());
    m_head->setVisible(!title.isEmpty());
    m_body = new QVBoxLayout;
    m_body->setContentsMargins(0, 0, 0, 0);
    m_body->setSpacing(0);
    m_all->addLayout(m_body, 1);
    setAccessibleName(title);
}

void Pane::setTitle(const QString &title)
{
    m_title->setText(title);
    m_head->setVisible(!title.isEmpty());
    m_all->itemAt(1)->widget()->setVisible(!title.isEmpty());
    setAccessibleName(title);
}

void Pane::setSubtitle(const QString &text)
{
    m_subtitle->setText(text);
    // With marks after it the subtitle takes what it needs and the stretch stands behind them.
    if (m_marks > 0)
        m_subtitle->setMaximumWidth(m_subtitle->sizeHint().width());
    m_subtitle->updateGeometry();
}

QString Pane::title() const
{
    return m_title->text();
}

QString Pane::subtitle() const
{
    return m_subtitle->text();
}

void Pane::addMark(QWidget *mark)
{
    if (m_marks == 0)
        m_headRow->insertStretch(2, 1);
    m_headRow->insertWidget(2 + m_marks, mark);
    ++m_marks;
    m_subtitle->setMaximumWidth(m_subtitle->sizeHint().width());
}

void Pane::addAction(QWidget *right)
{
    m_headRow->addWidget(right);
}

void Pane::setContent(QWidget *content)
{
    m_body->addWidget(content, 1);
}

QHBoxLayout *Pane::addFootBar()
{
    m_all->addWidget(new Hairline(Qt::Horizontal, this));
    m_foot = new QWidget(this);
    m_foot->setMinimumHeight(FootHeight);
    auto *row = new QHBoxLayout(m_foot);
    row->setContentsMargins(11, 7, 7, 7);
    row->setSpacing(8);
    m_all->addWidget(m_foot);
    return row;
}

void Pane::setRedEdge(bool on)
{
    m_redEdge = on;
    m_all->setContentsMargins(on ? RedEdgeWidth : 1, 1, 1, 1);
    update();
}

void Pane::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Tokens &tokens = tokensOf(palette());
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(QPen(tokens.paneBorder, 1));
    painter.setBrush(tokens.base);
    painter.drawRoundedRect(box, 4, 4);
    if (!m_redEdge)
        return;
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(QRect(0, 0, RedEdgeWidth, height()), tokens.red);
}

Hairline::Hairline(Qt::Orientation orientation, QWidget *parent) : QWidget(parent)
{
    if (orientation == Qt::Horizontal)
        setFixedHeight(1);
    else
        setFixedWidth(1);
}

void Hairline::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), tokensOf(palette()).hairline);
}

} // namespace crossfade
