// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QWidget>

namespace crossfade {

// What a page contributes to the command palette: an object it can show, or an action.
struct PaletteEntry {
    QString text;   // "logins"
    QString detail; // "policy · 25.0 % · STABILIZING"
    QString object; // given to showObject() of the page it came from
};

// A page of the main window, made as XPage(XSession *, QWidget *parent) and added to the frame by
// the program. Its library links ui_frame; the frame knows no page.
//
// Page ids: "overview", "rules", "shift", "consistency", "repairs", "audit", "connections".
// Objects that more than their own page may name: "policy:ID" (shift), "rule:ID" and "user:ID"
// (rules; the latter asks the tester), "check:ID", "difference:ID" (consistency), "repair:ID"
// (repairs), "request:ID" or "object:ID" (audit).
class Page : public QWidget {
    Q_OBJECT
public:
    enum class BadgeTone { Plain, Alarm }; // Alarm: a rollback is proposed

    // `id` also becomes the objectName, with "Page" after it ("shiftPage").
    Page(const QString &id, const QString &title, QWidget *parent = nullptr);

    QString id() const { return m_id; }
    QString title() const { return m_title; }
    QString badge() const { return m_badge; }
    BadgeTone badgeTone() const { return m_badgeTone; }

    // Another page, the palette or the frame asks to show one object; unknown ids are ignored.
    virtual void showObject(const QString &object);
    // F5: read everything anew.
    virtual void refresh();
    // Ctrl+F: focus the filter field, if there is one.
    virtual void focusFilter();
    // Ctrl+Z: undo the last edit; answers false when there is none.
    virtual bool undo();
    virtual QList<PaletteEntry> paletteEntries() const;

Q_SIGNALS:
    void badgeChanged();
    void openRequested(const QString &page, const QString &object);

protected:
    void setBadge(const QString &text, BadgeTone tone = BadgeTone::Plain);

private:
    QString m_id;
    QString m_title;
    QString m_badge;
    BadgeTone m_badgeTone = BadgeTone::Plain;
};

} // namespace crossfade
