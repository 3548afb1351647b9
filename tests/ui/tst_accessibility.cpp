// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakeconsole.h"

#include "ui/shared/chart.h"
#include "ui/shared/stateview.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QSet>

using namespace crossfade;
using namespace crossfade::test;

namespace {

bool isInteractive(const QWidget *widget)
{
    return widget->isVisible() && widget->focusPolicy() != Qt::NoFocus && widget->focusProxy() == nullptr &&
           !widget->objectName().startsWith(QLatin1String("qt_"));
}

QByteArray called(const QWidget *widget)
{
    return QByteArray(widget->metaObject()->className()) + " " + widget->objectName().toUtf8();
}

QStringList unnamed(const QWidget *root)
{
    QStringList list;
    for (QWidget *widget : root->findChildren<QWidget *>()) {
        if (!isInteractive(widget))
            continue;
        QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(widget);
        if (!interface || interface->text(QAccessible::Name).trimmed().isEmpty())
            list << QString::fromUtf8(called(widget));
    }
    return list;
}

// Where Tab leads from here, until it comes back or `most` steps are over.
QList<QWidget *> walk(QWidget *window, Qt::Key key, int most)
{
    QList<QWidget *> way;
    for (int step = 0; step < most; ++step) {
        QTest::keyClick(window->windowHandle(), key, key == Qt::Key_Backtab ? Qt::ShiftModifier : Qt::NoModifier);
        QWidget *focus = QApplication::focusWidget();
        if (!focus || way.contains(focus))
            break;
        way << focus;
    }
    return way;
}

} // namespace

// Every page as somebody without a mouse, or without eyes, meets it.
class TestAccessibility : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_fake = std::make_unique<FakeConsole>();
        QVERIFY(m_fake->connect());
        QTRY_VERIFY(m_fake->desk.get<Chart>("splitChart") && m_fake->desk.get<QWidget>("runningShifts"));
    }
    void init() { failOnWarnings(); }

    void whatCanBeUsedHasAName_data() { pages(); }
    void whatCanBeUsedHasAName()
    {
        QFETCH(const QString, page);
        QVERIFY(open(page));
        const QStringList none = unnamed(m_fake->desk.window());
        QVERIFY2(none.isEmpty(), qPrintable(none.join(QStringLiteral(", "))));
    }

    void tabGoesThroughEverythingAndIsNeverTrapped_data() { pages(); }
    void tabGoesThroughEverythingAndIsNeverTrapped()
    {
        QFETCH(const QString, page);
        QVERIFY(open(page));
        QWidget *window = m_fake->desk.window();
        m_fake->desk.get<QWidget>("navList")->setFocus();
        QList<QWidget *> wanted; // as it is now: what is chosen on the way may enable more
        for (QWidget *widget : window->findChildren<QWidget *>())
            if (isInteractive(widget) && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) != 0 && !isOfAGroup(widget))
                wanted << widget;
        const QList<QWidget *> way = walk(window, Qt::Key_Tab, 300);
        QVERIFY(way.size() < 300); // it came round
        bool onPage = false;
        for (const QWidget *widget : way) {
            QVERIFY2(widget->isVisible() && widget->isEnabled(), called(widget));
            onPage = onPage || m_fake->desk.window()->currentPage()->isAncestorOf(widget);
        }
        QVERIFY2(onPage, "the page is out of reach");
        QStringList left; // what Tab should have met
        for (const QWidget *widget : wanted)
            if (!way.contains(widget))
                left << QString::fromUtf8(called(widget));
        if (!left.isEmpty())
            for (const QWidget *widget : way)
                qInfo("Tab: %s", called(widget).constData());
        QVERIFY2(left.isEmpty(), qPrintable(left.join(QStringLiteral(", "))));
        // And back again by the same stops.
        m_fake->desk.get<QWidget>("navList")->setFocus();
        const QList<QWidget *> back = walk(window, Qt::Key_Backtab, 300);
        for (const QWidget *widget : way)
            QVERIFY2(back.contains(widget), called(widget));
    }

    void theDialogsTakeTabToo()
    {
        QVERIFY(m_fake->desk.press("rollBackButton"));
        QTRY_VERIFY(m_fake->desk.get<QDialog>("rollBackDialog"));
        auto *dialog = m_fake->desk.get<QDialog>("rollBackDialog");
        QVERIFY(QTest::qWaitForWindowActive(dialog));
        const QStringList none = unnamed(dialog);
        QVERIFY2(none.isEmpty(), qPrintable(none.join(QStringLiteral(", "))));
        const QList<QWidget *> way = walk(dialog, Qt::Key_Tab, 100);
        QVERIFY(way.size() > 3 && way.size() < 100);
        for (const QWidget *widget : way)
            QVERIFY2(dialog->isAncestorOf(widget), called(widget)); // it never leaves the dialog
        QTest::keyClick(dialog->windowHandle(), Qt::Key_Escape);
        QTRY_VERIFY(!m_fake->desk.get<QDialog>("rollBackDialog"));
    }

private:
    static void pages()
    {
        QTest::addColumn<QString>("page");
        for (const QString &page : pageIds())
            QTest::newRow(qPrintable(page)) << page;
    }
    // Of radio buttons Tab meets the chosen one, arrows the others.
    static bool isOfAGroup(const QWidget *widget)
    {
        const auto *button = qobject_cast<const QAbstractButton *>(widget);
        return button && button->isCheckable() && (button->group() || button->autoExclusive());
    }
    bool open(const QString &page)
    {
        m_fake->desk.window()->showPage(page);
        const auto isThere = [&] {
            const Page *shown = m_fake->desk.window()->currentPage();
            const auto states = shown->findChildren<StateView *>();
            return shown->isVisible() && shown->id() == page && std::none_of(states.begin(), states.end(), [](const StateView *state) {
                       return state->isVisible() && state->state() == StateView::State::Loading;
                   });
        };
        return QTest::qWaitFor(isThere) && QTest::qWaitForWindowActive(m_fake->desk.window());
    }

    std::unique_ptr<FakeConsole> m_fake;
};

QTEST_MAIN(TestAccessibility)
#include "tst_accessibility.moc"
