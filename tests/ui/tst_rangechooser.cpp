// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/rangechooser.h"
#include "ui/shared/buttons.h"

#include <QApplication>
#include <QDateTimeEdit>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

using namespace crossfade;

namespace {

constexpr qint64 Now = 1'795'269'731'400;

SpanPopup *popup(RangeChooser &chooser)
{
    for (auto *one : chooser.findChildren<SpanPopup *>()) {
        if (one->isVisible())
            return one;
    }
    return nullptr;
}

} // namespace

class TestRangeChooser : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support).*"))); }

    void theLastMinutesFollowTheClockInWholeSeconds()
    {
        RangeChooser chooser;
        QVERIFY(chooser.followsLive());
        QCOMPARE(chooser.span(Now).toMs, Now / 1'000 * 1'000);
        QCOMPARE(chooser.span(Now).toMs - chooser.span(Now).fromMs, 300'000);
        chooser.show();
        QSignalSpy changed(&chooser, &RangeChooser::changed);
        QTest::mouseClick(chooser.findChild<QAbstractButton *>(QStringLiteral("range1h")), Qt::LeftButton);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(chooser.span(Now).toMs - chooser.span(Now).fromMs, 3'600'000);
    }

    void twoTimesStandStill()
    {
        RangeChooser chooser;
        chooser.show();
        QTest::mouseClick(chooser.findChild<QAbstractButton *>(QStringLiteral("rangeCustom")), Qt::LeftButton);
        SpanPopup *asked = popup(chooser);
        QVERIFY(asked);
        const QDateTime to = QDateTime::currentDateTime().addSecs(-7'200);
        asked->findChild<QDateTimeEdit *>(QStringLiteral("spanFrom"))->setDateTime(to.addSecs(-600));
        asked->findChild<QDateTimeEdit *>(QStringLiteral("spanTo"))->setDateTime(to);
        QTest::mouseClick(asked->findChild<Button *>(QStringLiteral("spanApply")), Qt::LeftButton);
        QVERIFY(!chooser.followsLive());
        const TimeSpan span = chooser.span(Now);
        QCOMPARE(span.toMs - span.fromMs, 600'000);
        QCOMPARE(chooser.span(Now + 60'000), span);
        QTest::mouseClick(chooser.findChild<QAbstractButton *>(QStringLiteral("range5min")), Qt::LeftButton);
        QVERIFY(chooser.followsLive());
    }

    void escapeKeepsWhatWasShown()
    {
        RangeChooser chooser;
        chooser.show();
        QTest::mouseClick(chooser.findChild<QAbstractButton *>(QStringLiteral("range24h")), Qt::LeftButton);
        QTest::mouseClick(chooser.findChild<QAbstractButton *>(QStringLiteral("rangeCustom")), Qt::LeftButton);
        QVERIFY(popup(chooser));
        QTest::keyClick(popup(chooser), Qt::Key_Escape);
        QVERIFY(!popup(chooser));
        QVERIFY(chooser.followsLive());
        QVERIFY(chooser.findChild<QAbstractButton *>(QStringLiteral("range24h"))->isChecked());
        QCOMPARE(chooser.span(Now).toMs - chooser.span(Now).fromMs, 86'400'000);
    }

    void whatCannotBeDrawnIsSaid_data()
    {
        QTest::addColumn<qint64>("from");
        QTest::addColumn<qint64>("to");
        QTest::addColumn<bool>("fine");
        QTest::newRow("an hour") << -3'600'000LL << 0LL << true;
        QTest::newRow("backwards") << 0LL << -3'600'000LL << false;
        QTest::newRow("empty") << -1'000LL << -1'000LL << false;
        QTest::newRow("the future") << 60'000LL << 120'000LL << false;
        QTest::newRow("older than is kept") << -31 * 86'400'000LL << 0LL << false;
        QTest::newRow("as old as is kept") << -30 * 86'400'000LL + 60'000 << 0LL << true;
    }
    void whatCannotBeDrawnIsSaid()
    {
        QFETCH(qint64, from);
        QFETCH(qint64, to);
        QFETCH(bool, fine);
        SpanPopup asked({Now + from, Now + to}, Now, nullptr);
        asked.setAttribute(Qt::WA_DeleteOnClose, false);
        asked.show();
        QCOMPARE(asked.problem().isEmpty(), fine);
        QSignalSpy applied(&asked, &SpanPopup::applied);
        QTest::keyClick(&asked, Qt::Key_Return);
        QCOMPARE(applied.count(), fine ? 1 : 0);
    }
};

QTEST_MAIN(TestRangeChooser)
#include "tst_rangechooser.moc"
