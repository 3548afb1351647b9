<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>ApprovalWords</name>
    <message numerus="yes">
        <source>%n user(s)</source>
        <translation>
            <numerusform>%n user</numerusform>
            <numerusform>%n users</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ChannelWords</name>
    <message numerus="yes">
        <source>%n attempt(s)</source>
        <translation>
            <numerusform>%n attempt</numerusform>
            <numerusform>%n attempts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n channel(s) are told too.</source>
        <translation>
            <numerusform>%n channel is told too.</numerusform>
            <numerusform>%n channels are told too.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DrillWords</name>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 and %n more</numerusform>
            <numerusform>%1 and %n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n act(s) of people did not fit where it would have stood.</source>
        <translation>
            <numerusform>%n act of people did not fit where it would have stood.</numerusform>
            <numerusform>%n acts of people did not fit where it would have stood.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PreviewFacts</name>
    <message numerus="yes">
        <source>%1 users</source>
        <translation>
            <numerusform>%1 user</numerusform>
            <numerusform>%1 users</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RepairTallyFacts</name>
    <message numerus="yes">
        <source>%1 repairs</source>
        <translation>
            <numerusform>%1 repair</numerusform>
            <numerusform>%1 repairs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunWords</name>
    <message numerus="yes">
        <source>%1 of %2 rows</source>
        <translation>
            <numerusform>%1 of %2 row</numerusform>
            <numerusform>%1 of %2 rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 rows</source>
        <translation>
            <numerusform>%1 row</numerusform>
            <numerusform>%1 rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %2 segments</source>
        <translation>
            <numerusform>%1 of %2 segment</numerusform>
            <numerusform>%1 of %2 segments</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 differences</source>
        <translation>
            <numerusform>%1 difference</numerusform>
            <numerusform>%1 differences</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::ApprovalDialog</name>
    <message numerus="yes">
        <source>Answer for %n gate(s)</source>
        <translation>
            <numerusform>Answer for %n gate</numerusform>
            <numerusform>Answer for %n gates</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n gate(s) do not hold: they must, or somebody answers for them.</source>
        <translation>
            <numerusform>%n gate does not hold: it must, or somebody answers for it.</numerusform>
            <numerusform>%n gates do not hold: they must, or somebody answers for them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::ChannelEditor</name>
    <message numerus="yes">
        <source>%n field(s) need a look first.</source>
        <translation>
            <numerusform>%n field needs a look first.</numerusform>
            <numerusform>%n fields need a look first.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Not saved: the router refuses %n field(s).</source>
        <translation>
            <numerusform>Not saved: the router refuses %n field.</numerusform>
            <numerusform>Not saved: the router refuses %n fields.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::Connection</name>
    <message numerus="yes">
        <source>%1 is back: was away %2 s, %n event(s) missed, now caught up</source>
        <translation>
            <numerusform>%1 is back: was away %2 s, %n event missed, now caught up</numerusform>
            <numerusform>%1 is back: was away %2 s, %n events missed, now caught up</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::ConsistencyPage</name>
    <message numerus="yes">
        <source>%1 of %2 checks over threshold</source>
        <translation>
            <numerusform>%1 of %2 check over threshold</numerusform>
            <numerusform>%1 of %2 checks over threshold</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::DifferenceView</name>
    <message numerus="yes">
        <source>%n repair task(s) made.</source>
        <translation>
            <numerusform>%n repair task made.</numerusform>
            <numerusform>%n repair tasks made.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Repair %n field(s)</source>
        <translation>
            <numerusform>Repair %n field</numerusform>
            <numerusform>Repair %n fields</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %2 fields differ</source>
        <translation>
            <numerusform>%1 of %2 fields differs</numerusform>
            <numerusform>%1 of %2 fields differ</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::GuardModel</name>
    <message numerus="yes">
        <source>%n window(s)</source>
        <translation>
            <numerusform>%n window</numerusform>
            <numerusform>%n windows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::ImportDialog</name>
    <message numerus="yes">
        <source>Your %n unsaved edit(s) stay as they are. Where the file changes the same rule, saving the edit shows both versions.</source>
        <translation>
            <numerusform>Your unsaved edit stays as it is. If the file changes the same rule, saving the edit shows both versions.</numerusform>
            <numerusform>Your %n unsaved edits stay as they are. Where the file changes the same rule, saving the edit shows both versions.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import %n rule(s)</source>
        <translation>
            <numerusform>Import 1 rule</numerusform>
            <numerusform>Import %n rules</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::MainWindow</name>
    <message numerus="yes">
        <source>%n edit(s) of the routing rules are not saved and would be lost.</source>
        <translation>
            <numerusform>%n edit of the routing rules is not saved and would be lost.</numerusform>
            <numerusform>%n edits of the routing rules are not saved and would be lost.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::MappingEditor</name>
    <message numerus="yes">
        <source>%n column(s)</source>
        <translation>
            <numerusform>%n column</numerusform>
            <numerusform>%n columns</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n field(s) suggested; what was here stays.</source>
        <translation>
            <numerusform>%n field suggested; what was here stays.</numerusform>
            <numerusform>%n fields suggested; what was here stays.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Not saved: the comparator refuses %n place(s).</source>
        <translation>
            <numerusform>Not saved: the comparator refuses %n place.</numerusform>
            <numerusform>Not saved: the comparator refuses %n places.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::MappingFieldModel</name>
    <message numerus="yes">
        <source>%n value(s) mapped</source>
        <translation>
            <numerusform>%n value mapped</numerusform>
            <numerusform>%n values mapped</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::OverviewFoot</name>
    <message numerus="yes">
        <source>%1 of %n policies</source>
        <translation>
            <numerusform>%1 of %n policy</numerusform>
            <numerusform>%1 of %n policies</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::PolicyEditor</name>
    <message numerus="yes">
        <source>%n field(s) need a look first.</source>
        <translation>
            <numerusform>%n field needs a look first.</numerusform>
            <numerusform>%n fields need a look first.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::PolicyFacts</name>
    <message numerus="yes">
        <source>%n set</source>
        <translation>
            <numerusform>%n set</numerusform>
            <numerusform>%n set</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 and %n more</numerusform>
            <numerusform>%1 and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::ProposeDialog</name>
    <message numerus="yes">
        <source>Propose for %n difference(s)</source>
        <translation>
            <numerusform>Propose for %n difference</numerusform>
            <numerusform>Propose for %n differences</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n repair task(s) made. They wait to be approved.</source>
        <translation>
            <numerusform>%n repair task made. It waits to be approved.</numerusform>
            <numerusform>%n repair tasks made. They wait to be approved.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::RepairBulkSession</name>
    <message numerus="yes">
        <source>%1 repairs rejected at once</source>
        <translation>
            <numerusform>%1 repair rejected</numerusform>
            <numerusform>%1 repairs rejected at once</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 repairs approved at once</source>
        <translation>
            <numerusform>%1 repair approved</numerusform>
            <numerusform>%1 repairs approved at once</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::RepairProposalSession</name>
    <message numerus="yes">
        <source>%n repair task(s) proposed</source>
        <translation>
            <numerusform>%n repair task proposed</numerusform>
            <numerusform>%n repair tasks proposed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::RollBackDialog</name>
    <message numerus="yes">
        <source>%n shift(s)</source>
        <translation>
            <numerusform>%n shift</numerusform>
            <numerusform>%n shifts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n user group(s)</source>
        <translation>
            <numerusform>%n user group</numerusform>
            <numerusform>%n user groups</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::RunPane</name>
    <message numerus="yes">
        <source>%1 ids asked, %2 could not be read; %3</source>
        <translation>
            <numerusform>%1 id asked, %2 could not be read; %3</numerusform>
            <numerusform>%1 ids asked, %2 could not be read; %3</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 ids asked; %2</source>
        <translation>
            <numerusform>%1 id asked; %2</numerusform>
            <numerusform>%1 ids asked; %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::RunPartDialog</name>
    <message numerus="yes">
        <source>Run %n id(s)</source>
        <translation>
            <numerusform>Run %n id</numerusform>
            <numerusform>Run %n ids</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n id(s)</source>
        <translation>
            <numerusform>%n id</numerusform>
            <numerusform>%n ids</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, without %n that stand(s) there again</source>
        <translation>
            <numerusform>%1, without %n that stands there again</numerusform>
            <numerusform>%1, without %n that stand there again</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::SandboxPane</name>
    <message numerus="yes">
        <source>%n planted; a run of the check finds them.</source>
        <translation>
            <numerusform>%n planted; a run of the check finds it.</numerusform>
            <numerusform>%n planted; a run of the check finds them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::ShiftPage</name>
    <message numerus="yes">
        <source>%n policies</source>
        <translation>
            <numerusform>%n policy</numerusform>
            <numerusform>%n policies</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::SpanPopup</name>
    <message numerus="yes">
        <source>Measurements are kept for %n day(s).</source>
        <translation>
            <numerusform>Measurements are kept for %n day.</numerusform>
            <numerusform>Measurements are kept for %n days.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::Strip</name>
    <message numerus="yes">
        <source>%n approval(s)</source>
        <translation>
            <numerusform>%n approval</numerusform>
            <numerusform>%n approvals</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n alert(s)</source>
        <translation>
            <numerusform>%n alert</numerusform>
            <numerusform>%n alerts</numerusform>
        </translation>
    </message>
</context>
</TS>
