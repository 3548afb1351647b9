// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/pagetest.h"

#include "app/console/console.h"
#include "ui/frame/mainwindow.h"

#include <QTemporaryDir>

namespace crossfade::test {

// Keeps what would be shown beside the window.
class KeptNotices : public DesktopNotices {
public:
    explicit KeptNotices(QStringList *titles) : m_titles(titles) {}
    bool areAvailable() const override { return true; }
    void show(const QString &title, const QString &text) override
    {
        QVERIFY(!title.isEmpty() && !text.isEmpty());
        m_titles->append(title);
    }

private:
    QStringList *m_titles;
};

// The whole console with settings of its own. It connects by a profile, as an operator does; without
// a keychain the tokens live in memory only.
class ConsoleDesk {
public:
    ConsoleDesk() { start(); }

    Console &console() { return *m_console; }
    const QStringList &notices() const { return m_notices; } // titles
    MainWindow *window() { return m_console->window(); }
    Connection *connection() { return m_console->connections()->connection(); }
    QString settingsFile() const { return m_folder.filePath(QStringLiteral("console.ini")); }

    // The program ends and is started again: the settings stay.
    void startAgain()
    {
        window()->close();
        m_console.reset();
        start();
    }
    QString addProfile(const QUrl &router, const QUrl &comparator)
    {
        Profile profile;
        profile.name = QStringLiteral("desk");
        profile.routers = {router.toString()};
        profile.comparator = comparator.toString();
        profile.colour = QStringLiteral("#6B3FA8");
        return m_console->connections()->profiles()->put(profile);
    }
    bool isLive()
    {
        return connection()->reach(ServiceName::Router) == Reach::Live &&
               connection()->reach(ServiceName::Comparator) == Reach::Live;
    }
    template <class Widget>
    Widget *get(const char *name)
    {
        return test::find<Widget>(window(), name);
    }
    bool press(const char *name) { return test::click(window(), name); }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QTest::keyClick(window()->windowHandle(), key, modifiers);
    }
    QString shown()
    {
        const Page *page = window()->currentPage();
        return page ? page->id() : QString();
    }

private:
    void start()
    {
        m_console = std::make_unique<Console>(settingsFile(), std::make_unique<KeptNotices>(&m_notices));
        m_console->settings()->setLanguage(QStringLiteral("en"));
        m_console->showWindow();
    }

    QTemporaryDir m_folder;
    QStringList m_notices;
    std::unique_ptr<Console> m_console;
};

} // namespace crossfade::test
