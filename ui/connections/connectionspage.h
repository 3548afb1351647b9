// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/profiles.h"
#include "ui/frame/page.h"

class QListWidget;
class QStackedWidget;
class QVBoxLayout;

namespace crossfade {

class Button;
class ConnectionsSession;
class Pane;
class ProfileEditor;
class Settings;
class TextLabel;

// Profiles with their tokens and a test that says what is wrong; the sandbox; the settings.
class ConnectionsPage : public Page {
    Q_OBJECT
public:
    ConnectionsPage(ConnectionsSession *session, Settings *settings, QWidget *parent = nullptr);

    void refresh() override; // tests the profile shown
    void focusFilter() override;
    QList<PaletteEntry> paletteEntries() const override;
    void showObject(const QString &object) override; // "profile:ID"

private:
    QWidget *makeList();
    QWidget *makeEditor();
    void fillList(const QString &select);
    void choose(const QString &profileId);
    void newProfile();
    bool save();
    void remove();
    void test();
    void connectNow();
    void showButtons();
    void showFindings();
    QString chosenId() const;

    ConnectionsSession *m_session;
    QListWidget *m_list;
    QStackedWidget *m_right;
    Pane *m_pane;
    ProfileEditor *m_editor;
    QVBoxLayout *m_findings;
    QWidget *m_findingRows = nullptr;
    TextLabel *m_note;
    Button *m_test;
    Button *m_save;
    Button *m_remove;
    Button *m_connect;
    bool m_new = false; // the row of a profile not yet saved is there
};

} // namespace crossfade
