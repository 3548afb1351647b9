// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Columns dragged wider and narrower, kept over restarts, and brought back to the standard.
#include "models/session/settings.h"
#include "tests/ui/pagetest.h"
#include "ui/frame/layoutmemory.h"
#include "ui/frame/page.h"
#include "ui/shared/columnwidths.h"

#include <QContextMenuEvent>
#include <QHeaderView>
#include <QMenu>
#include <QSettings>
#include <QStandardItemModel>
#include <QTemporaryDir>
#include <QVBoxLayout>

using namespace crossfade;
using namespace crossfade::test;

namespace {

// A page with a table and a tree, in a window of its own.
class TablePage : public Page {
public:
    explicit TablePage(Settings *settings = nullptr)
        : Page(QStringLiteral("tables"), QStringLiteral("Tables"))
        , model(2, 3)
        , table(new TableView)
        , tree(new TreeView)
    {
        model.setHorizontalHeaderLabels({QStringLiteral("Name"), QStringLiteral("State"), QStringLiteral("Reason")});
        table->setModel(&model);
        table->setSortingEnabled(true);
        table->setColumns({{0, CellKind::Text, 100}, {1, CellKind::Text, 120}, {2, CellKind::Text, 0}});
        table->sortByColumn(1, Qt::AscendingOrder);
        tree->setModel(&model);
        tree->setColumns({{0, CellKind::Text, 0}, {1, CellKind::Text, 90}});
        auto *all = new QVBoxLayout(this);
        all->addWidget(table);
        all->addWidget(tree);
        if (settings)
            rememberLayout(this, settings);
        resize(700, 400);
        show();
    }
    QHeaderView *head() const { return table->horizontalHeader(); }
    int total() const { return head()->length(); }

    QStandardItemModel model;
    TableView *table;
    TreeView *tree;
};

// Takes the right border of a column and moves it, as with a mouse.
void drag(QHeaderView *head, int column, int by)
{
    const int border = head->sectionViewportPosition(column) + head->sectionSize(column) - 2;
    const QPoint from(border, head->height() / 2);
    QTest::mousePress(head->viewport(), Qt::LeftButton, {}, from);
    QTest::mouseMove(head->viewport(), from + QPoint(by, 0));
    QTest::mouseRelease(head->viewport(), Qt::LeftButton, {}, from + QPoint(by, 0));
}

// Takes a head in its middle and puts it down on another.
void carry(QHeaderView *head, int column, int onto)
{
    const auto middle = [head](int section) {
        return QPoint(head->sectionViewportPosition(section) + head->sectionSize(section) / 2, head->height() / 2);
    };
    const QPoint from = middle(column);
    const QPoint to = middle(onto) + QPoint(from.x() < middle(onto).x() ? 12 : -12, 0);
    QTest::mousePress(head->viewport(), Qt::LeftButton, {}, from);
    QTest::mouseMove(head->viewport(), (from + to) / 2);
    QTest::mouseMove(head->viewport(), to);
    QTest::mouseRelease(head->viewport(), Qt::LeftButton, {}, to);
}

bool openMenu(QWidget *viewport, QContextMenuEvent::Reason reason)
{
    const QPoint middle = viewport->rect().center();
    QContextMenuEvent event(reason, middle, viewport->mapToGlobal(middle));
    QApplication::sendEvent(viewport, &event);
    return find<QMenu>(nullptr, "columnsMenu") != nullptr;
}

} // namespace

class TestColumnWidths : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { prepareLook(); }
    void init() { failOnWarnings(); }

    void aDraggedColumnStaysAsItWasMade()
    {
        TablePage page;
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        QCOMPARE(page.table->columnWidth(0), 100);
        drag(page.head(), 0, 60);
        QCOMPARE(page.table->columnWidth(0), 160);
        QCOMPARE(page.table->columnWidth(1), 120);
        QCOMPARE(page.total(), page.table->viewport()->width());
        // What lays all columns out anew: values, another order, another size.
        page.model.setData(page.model.index(0, 0), QStringLiteral("another value"));
        page.table->sortByColumn(0, Qt::DescendingOrder);
        const int width = page.table->viewport()->width();
        page.resize(900, 400);
        QTRY_COMPARE(page.table->viewport()->width(), width + 200);
        QCOMPARE(page.table->columnWidth(0), 160);
        QCOMPARE(page.total(), page.table->viewport()->width());
    }

    void theOpenColumnCanBeChosenToo()
    {
        TablePage page;
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        const int before = page.tree->header()->sectionSize(0);
        drag(page.tree->header(), 0, -80);
        QCOMPARE(page.tree->header()->sectionSize(0), before - 80);
        QCOMPARE(page.tree->header()->length(), page.tree->viewport()->width());
    }

    void nothingIsPushedOutOfTheTable()
    {
        TablePage page;
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        drag(page.head(), 0, 2'000);
        QVERIFY(page.table->columnWidth(0) > 300);
        QVERIFY(page.total() <= page.table->viewport()->width());
        QVERIFY(page.table->columnWidth(2) >= 80);
        drag(page.head(), 0, 5 - page.table->columnWidth(0)); // beyond its left border Qt listens no more
        QVERIFY(page.table->columnWidth(0) >= 24);
        QVERIFY(page.table->columnWidth(0) < 100);
    }

    void aNarrowWindowOnlyPutsItOff()
    {
        TablePage page;
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        drag(page.head(), 0, 250);
        QCOMPARE(page.table->columnWidth(0), 350);
        const int width = page.table->viewport()->width();
        page.resize(420, 400);
        QTRY_VERIFY(page.table->viewport()->width() < width);
        QVERIFY(page.total() <= page.table->viewport()->width());
        page.resize(700, 400);
        QTRY_COMPARE(page.table->viewport()->width(), width);
        QCOMPARE(page.table->columnWidth(0), 350);
    }

    void whatWasMadeIsThereAfterARestart()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("settings.ini"));
        int treeWidth = 0;
        {
            QSettings store(file, QSettings::IniFormat);
            Settings settings(&store);
            TablePage page(&settings);
            QVERIFY(QTest::qWaitForWindowExposed(&page));
            drag(page.head(), 0, 60);
            drag(page.tree->header(), 0, -80);
            treeWidth = page.tree->header()->sectionSize(0);
            page.table->sortByColumn(2, Qt::DescendingOrder);
        }
        {
            QSettings store(file, QSettings::IniFormat);
            Settings settings(&store);
            TablePage page(&settings);
            QVERIFY(QTest::qWaitForWindowExposed(&page));
            QCOMPARE(page.table->columnWidth(0), 160);
            QCOMPARE(page.tree->header()->sectionSize(0), treeWidth);
            QCOMPARE(page.head()->sortIndicatorSection(), 2);
            QVERIFY(openMenu(page.head()->viewport(), QContextMenuEvent::Mouse));
            find<QMenu>(nullptr, "columnsMenu")->actions().first()->trigger();
            QCOMPARE(page.table->columnWidth(0), 100);
            QCOMPARE(page.head()->sortIndicatorSection(), 1);
            QCOMPARE(page.head()->sortIndicatorOrder(), Qt::AscendingOrder);
            QCOMPARE(page.tree->header()->sectionSize(0), treeWidth);
        }
        QSettings store(file, QSettings::IniFormat);
        Settings settings(&store);
        TablePage page(&settings);
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        QCOMPARE(page.table->columnWidth(0), 100);
        QCOMPARE(page.head()->sortIndicatorSection(), 1);
    }

    void theOrderOfColumnsStaysAsItWasMade()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("settings.ini"));
        const std::vector<int> standard{0, 1, 2}, made{1, 0, 2};
        {
            QSettings store(file, QSettings::IniFormat);
            Settings settings(&store);
            TablePage page(&settings);
            QVERIFY(QTest::qWaitForWindowExposed(&page));
            QCOMPARE(page.table->columnWidths()->order(), standard);
            carry(page.head(), 0, 1);
            QCOMPARE(page.table->columnWidths()->order(), made);
            QCOMPARE(page.total(), page.table->viewport()->width());
            carry(page.tree->header(), 0, 1); // its first column is the tree
            QCOMPARE(page.tree->header()->visualIndex(0), 0);
            // A page that shows its columns anew keeps them where they were put.
            page.table->setColumns({{0, CellKind::Text, 100}, {1, CellKind::Text, 120}, {2, CellKind::Text, 0}});
            QCOMPARE(page.table->columnWidths()->order(), made);
        }
        QSettings store(file, QSettings::IniFormat);
        Settings settings(&store);
        TablePage page(&settings);
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        QCOMPARE(page.table->columnWidths()->order(), made);
        QVERIFY(openMenu(page.head()->viewport(), QContextMenuEvent::Mouse));
        find<QMenu>(nullptr, "columnsMenu")->actions().first()->trigger();
        QCOMPARE(page.table->columnWidths()->order(), standard);
        QCOMPARE(page.table->columnWidths()->chosen(), QByteArray());
        page.table->columnWidths()->choose("2>0>0"); // no order
        QCOMPARE(page.table->columnWidths()->order(), standard);
    }

    void theMenuIsReachedByTheKeyboard()
    {
        TablePage page;
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        drag(page.head(), 1, 30);
        QCOMPARE(page.table->columnWidth(1), 150);
        QVERIFY(!openMenu(page.table->viewport(), QContextMenuEvent::Mouse));
        QVERIFY(openMenu(page.table->viewport(), QContextMenuEvent::Keyboard));
        QTest::keyClick(find<QMenu>(nullptr, "columnsMenu"), Qt::Key_Down);
        QTest::keyClick(find<QMenu>(nullptr, "columnsMenu"), Qt::Key_Return);
        QCOMPARE(page.table->columnWidth(1), 120);
    }

    void whatIsNoWidthIsPassedOver()
    {
        TablePage page;
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        ColumnWidths *widths = page.table->columnWidths();
        widths->choose("x:1 3 :: 0:-5 0:999999 -1:50 77:50 1:130");
        QCOMPARE(widths->chosen(), QByteArray("1:130 77:50"));
        QCOMPARE(page.table->columnWidth(0), 100);
        QCOMPARE(page.table->columnWidth(1), 130);
    }
};

QTEST_MAIN(TestColumnWidths)
#include "tst_columnwidths.moc"
