// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/models/session/fakeservice.h"
#include "ui/shared/theme.h"

#include <QApplication>
#include <QDialog>
#include <QDir>
#include <QLineEdit>
#include <QRegularExpression>
#include <QScrollArea>
#include <QTest>

// What the tests of pages share: a connection to two fake services, widgets found by name and driven
// by real clicks and keys, pictures where CROSSFADE_SHOTS names a folder.
namespace crossfade::test {

struct FakePair {
    FakeService router;
    FakeService comparator;
    Connection connection;

    explicit FakePair(const QStringList &roles = {QStringLiteral("operator"),
                                                  QStringLiteral("approver"),
                                                  QStringLiteral("admin")})
        : router(ServiceName::Router, roles)
        , comparator(ServiceName::Comparator, roles)
    {
    }
    void open() { connection.open(targetOf(router, comparator)); }
    bool isLive() const
    {
        return connection.reach(ServiceName::Router) == Reach::Live &&
               connection.reach(ServiceName::Comparator) == Reach::Live;
    }
};

// Visible, enabled, found by its name below `root` or in a dialog of the application.
template <class Widget>
Widget *find(QWidget *root, const char *name)
{
    const QString wanted = QString::fromLatin1(name);
    if (root)
        for (Widget *widget : root->findChildren<Widget *>(wanted))
            if (widget->isVisible())
                return widget;
    for (QWidget *window : QApplication::topLevelWidgets()) {
        if (auto *itself = qobject_cast<Widget *>(window);
            itself && itself->isVisible() && itself->objectName() == wanted)
            return itself;
        for (Widget *widget : window->findChildren<Widget *>(wanted))
            if (widget->isVisible())
                return widget;
    }
    return nullptr;
}

// As a person does before clicking on what lies further down.
inline void scrollTo(QWidget *widget)
{
    QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
    for (QWidget *above = widget->parentWidget(); above; above = above->parentWidget())
        if (auto *area = qobject_cast<QScrollArea *>(above))
            area->ensureWidgetVisible(widget);
}

inline bool click(QWidget *root, const char *name)
{
    auto *widget = find<QWidget>(root, name);
    if (!widget || !widget->isEnabled())
        return false;
    scrollTo(widget);
    QTest::mouseClick(widget, Qt::LeftButton);
    return true;
}

inline bool type(QWidget *root, const char *name, const QString &text)
{
    auto *edit = find<QLineEdit>(root, name);
    if (!edit || !edit->isEnabled())
        return false;
    edit->setFocus();
    edit->selectAll();
    if (text.isEmpty())
        QTest::keyClick(edit, Qt::Key_Delete);
    else
        QTest::keyClicks(edit, text);
    return true;
}

inline void shoot(QWidget *widget, const char *name)
{
    const QString folder = qEnvironmentVariable("CROSSFADE_SHOTS");
    if (folder.isEmpty())
        return;
    QDir().mkpath(folder);
    QCoreApplication::processEvents();
    widget->grab().save(QStringLiteral("%1/%2.png").arg(folder, QString::fromLatin1(name)));
}

inline void prepareLook()
{
    applyTheme(*qApp, schemeFromWord(qEnvironmentVariable("CROSSFADE_SCHEME", QStringLiteral("light"))));
}

// For each test function anew. What the offscreen platform says of itself is no warning of ours.
inline void failOnWarnings()
{
    QTest::failOnWarning(
        QRegularExpression(QStringLiteral("^(?!This plugin does not support (propagateSizeHints|raise|grabbing the keyboard)).")));
}

inline QSize pageSize()
{
    // What the frame leaves of 1440×900.
    return qEnvironmentVariableIsSet("CROSSFADE_SMALL") ? QSize(1068, 607) : QSize(1228, 787);
}

} // namespace crossfade::test
