// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shared/glyphs.h"

#include <QAbstractButton>
#include <QPushButton>
#include <QWidget>

class QButtonGroup;
class QHBoxLayout;

namespace crossfade {

// Accent: one a page. RedOutline opens a rollback, RedFill confirms one and is never the default.
enum class ButtonKind { Plain, Accent, RedOutline, RedFill, Flat };

class Button : public QPushButton {
    Q_OBJECT
public:
    explicit Button(const QString &text, QWidget *parent = nullptr);
    Button(ButtonKind kind, const QString &text, QWidget *parent = nullptr);
    Button(ButtonKind kind, Symbol symbol, const QString &text, QWidget *parent = nullptr);

    void setKind(ButtonKind kind);
    ButtonKind kind() const { return m_kind; }
    void setSymbol(Symbol symbol);
    void setKeyHint(const QString &key); // shown after the text: "A"
    // Off with a reason in the tooltip; "" switches it on again.
    void setBlocked(const QString &why);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    ButtonKind m_kind = ButtonKind::Plain;
    Symbol m_symbol = Symbol::None;
    QString m_key, m_why;
};

// A row of choices of which one holds; arrows move. Segment i has the objectName NAME + i, or the
// name given to it.
class Segmented : public QWidget {
    Q_OBJECT
public:
    explicit Segmented(QWidget *parent = nullptr);

    int addSegment(const QString &text, const QString &objectName = {});
    void setSegmentText(int index, const QString &text);
    QString segmentText(int index) const;
    void clear();
    int count() const;
    int currentIndex() const;
    void setCurrentIndex(int index); // emits currentChanged if it changes
    QAbstractButton *segment(int index) const;

Q_SIGNALS:
    void currentChanged(int index);

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QHBoxLayout *m_row;
    QButtonGroup *m_group;
};

} // namespace crossfade
