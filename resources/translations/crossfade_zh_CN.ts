<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>ApprovalWords</name>
    <message>
        <source>it rolls back</source>
        <translation>将自动回滚</translation>
    </message>
    <message>
        <source>it stays, held</source>
        <translation>将保持并暂停</translation>
    </message>
    <message>
        <source>it goes on</source>
        <translation>将继续进行</translation>
    </message>
    <message>
        <source>it is rejected</source>
        <translation>将被拒绝</translation>
    </message>
    <message>
        <source>the shift runner</source>
        <translation>切流执行器</translation>
    </message>
    <message>
        <source>Roll back %1 from %2 to %3?</source>
        <translation>将 %1 从 %2 回滚到 %3？</translation>
    </message>
    <message>
        <source>Raise %1 from %2 to %3?</source>
        <translation>将 %1 从 %2 提升到 %3？</translation>
    </message>
    <message>
        <source>Asked by %1 at %2 %3. If nobody answers by %4, %5.</source>
        <translation>由 %1 于 %2 %3 发起。若到 %4 无人答复，%5。</translation>
    </message>
    <message>
        <source>Nobody answered by %1: %2.</source>
        <translation>到 %1 无人答复：%2。</translation>
    </message>
    <message>
        <source>%1 approved it at %2: “%3”</source>
        <translation>%1 于 %2 批准：“%3”</translation>
    </message>
    <message>
        <source>%1 rejected it at %2: “%3”</source>
        <translation>%1 于 %2 拒绝：“%3”</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>剩余 %1</translation>
    </message>
    <message>
        <source>Change the master switch?</source>
        <translation>更改总开关？</translation>
    </message>
    <message>
        <source>Set master from %1 to %2 and turn forward only on?</source>
        <translation>将总开关从 %1 设为 %2，并开启只做转发？</translation>
    </message>
    <message>
        <source>Turn forward only on?</source>
        <translation>开启只做转发？</translation>
    </message>
    <message>
        <source>Set master from %1 to %2?</source>
        <translation>将总开关从 %1 设为 %2？</translation>
    </message>
    <message>
        <source>Master switch</source>
        <translation>总开关</translation>
    </message>
    <message>
        <source>forward only</source>
        <translation>只做转发</translation>
    </message>
    <message>
        <source>Shift policies</source>
        <translation>切流策略</translation>
    </message>
    <message>
        <source>Consistency</source>
        <translation>一致性</translation>
    </message>
    <message>
        <source>Backfill</source>
        <translation>初始回填</translation>
    </message>
    <message>
        <source>Dead letters</source>
        <translation>永久失败任务</translation>
    </message>
    <message>
        <source>Sync from NEW to LEGACY</source>
        <translation>NEW 到 LEGACY 的反向同步</translation>
    </message>
    <message>
        <source>unknown: %1</source>
        <translation>未知：%1</translation>
    </message>
    <message>
        <source>%1; %2 answers for it: “%3”</source>
        <translation>%1；%2 为此负责：“%3”</translation>
    </message>
    <message>
        <source>Withdrawn at %1: %2.</source>
        <translation>已于 %1 撤回：%2。</translation>
    </message>
    <message numerus="yes">
        <source>%n user(s)</source>
        <translation>
            <numerusform>%n 个用户</numerusform>
        </translation>
    </message>
    <message>
        <source>Take batch %1 of the group %2 back?</source>
        <translation>将用户组 %2 的第 %1 批回退？</translation>
    </message>
    <message>
        <source>Move batch %1 of the group %2?</source>
        <translation>迁移用户组 %2 的第 %1 批？</translation>
    </message>
</context>
<context>
    <name>ChannelWords</name>
    <message>
        <source>OFF</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>NOT TRIED</source>
        <translation>未发送过</translation>
    </message>
    <message>
        <source>TOLD</source>
        <translation>已送达</translation>
    </message>
    <message>
        <source>WAITING</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>RETRYING</source>
        <translation>重试中</translation>
    </message>
    <message>
        <source>FAILED</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Webhook</source>
        <translation>Webhook</translation>
    </message>
    <message>
        <source>Mail</source>
        <translation>邮件</translation>
    </message>
    <message>
        <source>DingTalk</source>
        <translation>钉钉</translation>
    </message>
    <message>
        <source>WeCom</source>
        <translation>企业微信</translation>
    </message>
    <message>
        <source>Feishu</source>
        <translation>飞书</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>not encrypted</source>
        <translation>不加密</translation>
    </message>
    <message>
        <source>a test</source>
        <translation>测试消息</translation>
    </message>
    <message>
        <source>%1, still open</source>
        <translation>%1（仍未处理）</translation>
    </message>
    <message>
        <source>tried again now</source>
        <translation>正在重试</translation>
    </message>
    <message>
        <source>tried again at %1</source>
        <translation>将于 %1 重试</translation>
    </message>
    <message>
        <source>%1; %2</source>
        <translation>%1；%2</translation>
    </message>
    <message>
        <source>nothing was told yet</source>
        <translation>尚未发送过</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message numerus="yes">
        <source>%n attempt(s)</source>
        <translation>
            <numerusform>已尝试 %n 次</numerusform>
        </translation>
    </message>
    <message>
        <source>%1, %2, %3: %4</source>
        <translation>%1，%2，%3：%4</translation>
    </message>
    <message>
        <source>is needed</source>
        <translation>必填</translation>
    </message>
    <message>
        <source>1 to 100 bytes, no control characters</source>
        <translation>1 到 100 字节，不含控制字符</translation>
    </message>
    <message>
        <source>is too long</source>
        <translation>过长</translation>
    </message>
    <message>
        <source>No channel is told: alerts show only here.</source>
        <translation>没有通知渠道：告警只在此处显示。</translation>
    </message>
    <message numerus="yes">
        <source>%n channel(s) are told too.</source>
        <translation>
            <numerusform>另外还会通知 %n 个渠道。</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 does not take alerts: %2</source>
        <translation>%1 未能接收告警：%2</translation>
    </message>
    <message>
        <source>%1, %2; %3</source>
        <translation>%1，%2；%3</translation>
    </message>
</context>
<context>
    <name>DiffWords</name>
    <message>
        <source>NULL</source>
        <translation>NULL</translation>
    </message>
    <message>
        <source>empty string</source>
        <translation>空字符串</translation>
    </message>
</context>
<context>
    <name>DifferenceWords</name>
    <message>
        <source>no row</source>
        <translation>无此行</translation>
    </message>
    <message>
        <source>present</source>
        <translation>存在</translation>
    </message>
    <message>
        <source>NULL</source>
        <translation>NULL</translation>
    </message>
    <message>
        <source>empty string</source>
        <translation>空字符串</translation>
    </message>
    <message>
        <source>NULL against empty</source>
        <translation>NULL 与空值</translation>
    </message>
    <message>
        <source>trailing space</source>
        <translation>尾部空格</translation>
    </message>
    <message>
        <source>Unicode form</source>
        <translation>Unicode 形式</translation>
    </message>
    <message>
        <source>upper or lower case</source>
        <translation>大小写</translation>
    </message>
    <message>
        <source>decimal places</source>
        <translation>小数位</translation>
    </message>
    <message>
        <source>time zone</source>
        <translation>时区</translation>
    </message>
    <message>
        <source>other value</source>
        <translation>值不同</translation>
    </message>
    <message>
        <source>whole row</source>
        <translation>整行</translation>
    </message>
    <message>
        <source>d MMM</source>
        <translation>M月d日</translation>
    </message>
</context>
<context>
    <name>DrillWords</name>
    <message>
        <source>held at %1</source>
        <translation>在 %1 暂停推进</translation>
    </message>
    <message>
        <source>proposed to roll back at %1</source>
        <translation>在 %1 提议回滚</translation>
    </message>
    <message>
        <source>rolled back at %1</source>
        <translation>在 %1 回滚</translation>
    </message>
    <message>
        <source>At the end it would stand at %1, %2.</source>
        <translation>最后会停在 %1，%2。</translation>
    </message>
    <message>
        <source>Nothing would have stopped it. %1</source>
        <translation>没有什么会使它停下。%1</translation>
    </message>
    <message>
        <source>, </source>
        <comment>between acts</comment>
        <translation>，</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1，另有 %n 次</numerusform>
        </translation>
    </message>
    <message>
        <source>It would have %1. %2</source>
        <comment>acts, end</comment>
        <translation>它会%1。%2</translation>
    </message>
    <message>
        <source>Not measured then, so never green: %1.</source>
        <translation>当时未采集，因此不会通过：%1。</translation>
    </message>
    <message numerus="yes">
        <source>%n act(s) of people did not fit where it would have stood.</source>
        <translation>
            <numerusform>有 %n 项人工操作与它当时会处的状态不符。</numerusform>
        </translation>
    </message>
    <message>
        <source>It did so much that only the beginning is shown.</source>
        <translation>动作过多，只显示开头部分。</translation>
    </message>
</context>
<context>
    <name>EvidenceChart</name>
    <message>
        <source>%1 of %2 windows over, tripped %3</source>
        <translation>%2 个窗口中 %1 个超限，触发于 %3</translation>
    </message>
    <message>
        <source>%1 of %2 windows over</source>
        <translation>%2 个窗口中 %1 个超限</translation>
    </message>
    <message>
        <source>Evidence: %1</source>
        <translation>证据：%1</translation>
    </message>
    <message>
        <source>guard tripped</source>
        <translation>守护阈值已触发</translation>
    </message>
</context>
<context>
    <name>GuardWords</name>
    <message>
        <source>success rate</source>
        <translation>成功率</translation>
    </message>
    <message>
        <source>error rate</source>
        <translation>错误率</translation>
    </message>
    <message>
        <source>request rate</source>
        <translation>请求速率</translation>
    </message>
    <message>
        <source>latency</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>user satisfaction</source>
        <translation>用户满意度</translation>
    </message>
    <message>
        <source>consistency</source>
        <translation>一致率</translation>
    </message>
    <message>
        <source>share of NEW</source>
        <translation>NEW 占比</translation>
    </message>
    <message>
        <source>rate</source>
        <translation>比率</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>均值</translation>
    </message>
    <message>
        <source>consistency, %1</source>
        <translation>一致率，%1</translation>
    </message>
    <message>
        <source>%1 latency %2</source>
        <translation>%1 延迟 %2</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>PASS</source>
        <translation>通过</translation>
    </message>
    <message>
        <source>BREACH</source>
        <translation>超限</translation>
    </message>
    <message>
        <source>TOO FEW</source>
        <translation>样本不足</translation>
    </message>
    <message>
        <source>NO DATA</source>
        <translation>无数据</translation>
    </message>
    <message>
        <source>STALE</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>SOURCE ERROR</source>
        <translation>数据源错误</translation>
    </message>
    <message>
        <source>NOT JUDGED</source>
        <translation>未判定</translation>
    </message>
    <message>
        <source>checked %1 ago</source>
        <translation>%1前检查</translation>
    </message>
    <message>
        <source>n = %1, needs %2</source>
        <translation>n = %1，需要 %2</translation>
    </message>
    <message>
        <source>n = %1</source>
        <translation>n = %1</translation>
    </message>
    <message>
        <source>SHOW</source>
        <translation>仅展示</translation>
    </message>
    <message>
        <source>%1 · SHOW</source>
        <translation>%1 · 仅展示</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 小时</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>hold the shift</source>
        <translation>暂停切流</translation>
    </message>
    <message>
        <source>propose a rollback</source>
        <translation>提议回滚</translation>
    </message>
    <message>
        <source>roll back at once</source>
        <translation>立即回滚</translation>
    </message>
    <message>
        <source>pp</source>
        <translation>个百分点</translation>
    </message>
    <message>
        <source>n = %1 · %2</source>
        <translation>n = %1 · %2</translation>
    </message>
    <message>
        <source>%1, by users</source>
        <translation>%1（按用户计）</translation>
    </message>
    <message>
        <source>sync backlog</source>
        <translation>同步积压</translation>
    </message>
    <message>
        <source>dead letters</source>
        <translation>永久失败</translation>
    </message>
    <message>
        <source>over all syncs</source>
        <translation>所有同步合计</translation>
    </message>
</context>
<context>
    <name>HistoryModel</name>
    <message>
        <source>SUCCESS</source>
        <translation>成功</translation>
    </message>
    <message>
        <source>FAILED</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>HELD</source>
        <translation>已暂停</translation>
    </message>
</context>
<context>
    <name>IgnoreAsk</name>
    <message>
        <source>This field here</source>
        <translation>此实体的此字段</translation>
    </message>
    <message>
        <source>Hides %1 of %2.</source>
        <translation>隐藏 %2 的 %1。</translation>
    </message>
    <message>
        <source>This field everywhere</source>
        <translation>所有实体的此字段</translation>
    </message>
    <message>
        <source>Hides %1 of every %2, whatever its values are.</source>
        <translation>隐藏每个 %2 的 %1，无论其值为何。</translation>
    </message>
    <message>
        <source>This entity</source>
        <translation>此实体</translation>
    </message>
    <message>
        <source>Hides all that differs in %1, also whole rows.</source>
        <translation>隐藏 %1 的所有差异，包括整行差异。</translation>
    </message>
    <message>
        <source>It ends at a time</source>
        <translation>在某一时间结束</translation>
    </message>
    <message>
        <source>When the rule ends</source>
        <translation>规则何时结束</translation>
    </message>
    <message>
        <source>Until, in your time</source>
        <translation>截止时间（你的本地时间）</translation>
    </message>
    <message>
        <source>This time is over.</source>
        <translation>该时间已过。</translation>
    </message>
    <message>
        <source>What is hidden</source>
        <translation>隐藏的内容</translation>
    </message>
    <message>
        <source>Ignore this difference?</source>
        <translation>忽略这个差异？</translation>
    </message>
    <message>
        <source>What a rule hides is kept and counted, is not repaired automatically, and is no part of a check&apos;s percentage. It is shown again when the rule ends.</source>
        <translation>规则隐藏的差异会被保留并计数，不会自动修复，也不计入检查的百分比。规则结束后会重新显示。</translation>
    </message>
    <message>
        <source>Ignore</source>
        <translation>忽略</translation>
    </message>
    <message>
        <source>Nothing is ignored</source>
        <translation>没有忽略任何差异</translation>
    </message>
</context>
<context>
    <name>ImportWords</name>
    <message>
        <source>a quote inside a cell that does not begin with one</source>
        <translation>未以引号开头的单元格内出现了引号</translation>
    </message>
    <message>
        <source>text after the quote that ends the cell</source>
        <translation>结束单元格的引号之后还有文本</translation>
    </message>
    <message>
        <source>a carriage return that ends no line must stand in quotes</source>
        <translation>不作为行尾的回车符必须放在引号内</translation>
    </message>
    <message>
        <source>the text is not UTF-8</source>
        <translation>文本不是 UTF-8 编码</translation>
    </message>
    <message>
        <source>there is no first line that names the columns</source>
        <translation>缺少列名所在的首行</translation>
    </message>
    <message>
        <source>stands twice in the first line</source>
        <translation>在首行中出现了两次</translation>
    </message>
    <message>
        <source>must be an array</source>
        <translation>必须是数组</translation>
    </message>
    <message>
        <source>The rule never applies: its window ends before it starts.</source>
        <translation>该规则永不生效：其时间窗口的结束早于开始。</translation>
    </message>
    <message>
        <source>Forward only is on: NEW answers before every rule.</source>
        <translation>只做转发已开启：所有规则之前都由 NEW 应答。</translation>
    </message>
    <message>
        <source>the record has %1 cells where the first has %2</source>
        <translation>该记录有 %1 个单元格，而首行有 %2 个</translation>
    </message>
    <message>
        <source>the quote that opens in line %1 is never closed</source>
        <translation>第 %1 行打开的引号没有闭合</translation>
    </message>
    <message>
        <source>the cell has more than %1 bytes</source>
        <translation>单元格超过 %1 字节</translation>
    </message>
    <message>
        <source>there are more than %1 columns</source>
        <translation>列数超过 %1</translation>
    </message>
    <message>
        <source>not valid JSON at byte %1</source>
        <translation>第 %1 字节处不是有效的 JSON</translation>
    </message>
    <message>
        <source>an import may have at most %1 rules</source>
        <translation>一次导入最多 %1 条规则</translation>
    </message>
    <message>
        <source>is not a column of rules; the first line must name some of %1</source>
        <translation>不是规则的列；首行须为以下列名中的若干个：%1</translation>
    </message>
    <message>
        <source>somebody changed the rule meanwhile: it is at version %1</source>
        <translation>该规则期间已被他人修改：当前版本为 %1</translation>
    </message>
    <message>
        <source>stands in row %1 already</source>
        <translation>已出现在第 %1 行</translation>
    </message>
    <message>
        <source>more than %1 rows of one import may not change rules of the same target</source>
        <translation>一次导入中修改同一目标规则的行不得超过 %1 行</translation>
    </message>
    <message>
        <source>must be a whole number from %1</source>
        <translation>必须是不小于 %1 的整数</translation>
    </message>
    <message>
        <source>nothing was imported: mistakes: %1, rows: %2</source>
        <translation>未导入任何内容：错误 %1 处，共 %2 行</translation>
    </message>
    <message>
        <source>It never applies: “%1” (priority %2) comes before it for the same target at all times.</source>
        <translation>永不生效：对同一目标，“%1”（优先级 %2）始终先于它生效。</translation>
    </message>
    <message>
        <source>It comes before “%1” (priority %2) at all times: that one no longer applies.</source>
        <translation>始终先于“%1”（优先级 %2）生效：后者不再起作用。</translation>
    </message>
    <message>
        <source>“%1” (priority %2) says %3 for the same target in an overlapping window; that one wins.</source>
        <translation>“%1”（优先级 %2）在重叠的时间窗口内对同一目标指定 %3；以它为准。</translation>
    </message>
    <message>
        <source>“%1” (priority %2) says %3 for the same target in an overlapping window; this rule wins.</source>
        <translation>“%1”（优先级 %2）在重叠的时间窗口内对同一目标指定 %3；以本规则为准。</translation>
    </message>
    <message>
        <source>It never applies: its window ended at %1.</source>
        <translation>永不生效：其时间窗口已于 %1 结束。</translation>
    </message>
    <message>
        <source>The master switch is %1: it decides before every rule.</source>
        <translation>总开关为 %1：它先于所有规则决定。</translation>
    </message>
    <message>
        <source>line %1, column %2: %3</source>
        <translation>第 %1 行第 %2 列：%3</translation>
    </message>
    <message>
        <source>rule %1 (at byte %2): %3</source>
        <translation>第 %1 条规则（第 %2 字节处）：%3</translation>
    </message>
    <message>
        <source>row %1: %2</source>
        <translation>第 %1 行：%2</translation>
    </message>
    <message>
        <source>There are too many rules of this target to compare each with each: some that contradict each other may not be named.</source>
        <translation>该对象的规则过多，无法逐一比对：可能有相互矛盾的规则未列出。</translation>
    </message>
    <message>
        <source>somebody changed the rule while the file was read: import it again</source>
        <translation>读取文件期间有人修改了该规则：请重新导入</translation>
    </message>
    <message>
        <source>There is too much in the request map to look whether the rule splits reads and writes.</source>
        <translation>请求映射过大，无法检查该规则是否会拆分读与写。</translation>
    </message>
    <message>
        <source>It splits one user&apos;s reads and writes: %1 goes to %2, %3 to %4.</source>
        <translation>它会拆分同一用户的读与写：%1 到 %2，%3 到 %4。</translation>
    </message>
    <message>
        <source>It splits some users&apos; reads and writes: %1 goes to %2, %3 to %4.</source>
        <translation>它会拆分部分用户的读与写：%1 到 %2，%3 到 %4。</translation>
    </message>
    <message>
        <source>There is too much in the request map to look whether the change splits reads and writes.</source>
        <translation>请求映射内容太多，无法检查这次更改是否会把读写拆开。</translation>
    </message>
</context>
<context>
    <name>ListWords</name>
    <message>
        <source>%1, not complete</source>
        <translation>%1，不完整</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>entities: %1</source>
        <translation>实体：%1</translation>
    </message>
    <message>
        <source>users: %1</source>
        <translation>用户：%1</translation>
    </message>
    <message>
        <source>interfaces: %1</source>
        <translation>接口：%1</translation>
    </message>
    <message>
        <source>Not known now.</source>
        <translation>暂不可知。</translation>
    </message>
    <message>
        <source>Nobody is known yet: the comparator pushes them.</source>
        <translation>尚无记录：由比对器推送。</translation>
    </message>
    <message>
        <source>Known users: %1, entities: %2</source>
        <translation>已知用户：%1，实体：%2</translation>
    </message>
    <message>
        <source>There is no index yet: the comparator pushes it.</source>
        <translation>尚无索引：由比对器推送。</translation>
    </message>
    <message>
        <source>Keys in the index: %1</source>
        <translation>索引中的主键：%1</translation>
    </message>
    <message>
        <source>%1 (%2, enforced)</source>
        <translation>%1（%2，强制）</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>There is none.</source>
        <translation>没有名单。</translation>
    </message>
    <message>
        <source>; </source>
        <translation>；</translation>
    </message>
</context>
<context>
    <name>PercentageSlider</name>
    <message>
        <source>max %1 · cap of this policy</source>
        <translation>上限 %1 · 此策略的硬上限</translation>
    </message>
</context>
<context>
    <name>PolicyWords</name>
    <message>
        <source>DRAFT</source>
        <translation>草稿</translation>
    </message>
    <message>
        <source>SCHEDULED</source>
        <translation>已排期</translation>
    </message>
    <message>
        <source>STABILIZING</source>
        <translation>稳定中</translation>
    </message>
    <message>
        <source>EVALUATING</source>
        <translation>评估中</translation>
    </message>
    <message>
        <source>AWAITING APPROVAL</source>
        <translation>待审批</translation>
    </message>
    <message>
        <source>AT TARGET</source>
        <translation>已达目标</translation>
    </message>
    <message>
        <source>HELD</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>SUSPENDED</source>
        <translation>已挂起</translation>
    </message>
    <message>
        <source>ROLLBACK PROPOSED</source>
        <translation>提议回滚</translation>
    </message>
    <message>
        <source>ROLLING BACK</source>
        <translation>回滚中</translation>
    </message>
    <message>
        <source>ROLLED BACK</source>
        <translation>已回滚</translation>
    </message>
    <message>
        <source>COMPLETED</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>FINALIZED</source>
        <translation>已定案</translation>
    </message>
    <message>
        <source>FAILED</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>window and freeze</source>
        <translation>时间窗与冻结期</translation>
    </message>
    <message>
        <source>stabilization</source>
        <translation>稳定期</translation>
    </message>
    <message>
        <source>fresh evidence</source>
        <translation>最新证据</translation>
    </message>
    <message>
        <source>traffic</source>
        <translation>流量</translation>
    </message>
    <message>
        <source>guards</source>
        <translation>守护阈值</translation>
    </message>
    <message>
        <source>consistency</source>
        <translation>一致率</translation>
    </message>
    <message>
        <source>samples</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>rollback path</source>
        <translation>回滚路径</translation>
    </message>
    <message>
        <source>health of NEW</source>
        <translation>NEW 健康检查</translation>
    </message>
    <message>
        <source>metrics of LEGACY</source>
        <translation>LEGACY 指标</translation>
    </message>
    <message>
        <source>approval</source>
        <translation>审批</translation>
    </message>
    <message>
        <source>guard</source>
        <translation>守护阈值</translation>
    </message>
    <message>
        <source>no evidence</source>
        <translation>无证据</translation>
    </message>
    <message>
        <source>window</source>
        <translation>时间窗</translation>
    </message>
    <message>
        <source>freeze</source>
        <translation>冻结期</translation>
    </message>
    <message>
        <source>engine</source>
        <translation>流量引擎</translation>
    </message>
    <message>
        <source>health</source>
        <translation>健康检查</translation>
    </message>
    <message>
        <source>started</source>
        <translation>已开始</translation>
    </message>
    <message>
        <source>guards held</source>
        <translation>守护阈值保持</translation>
    </message>
    <message>
        <source>stabilized</source>
        <translation>已稳定</translation>
    </message>
    <message>
        <source>target reached</source>
        <translation>已达目标</translation>
    </message>
    <message>
        <source>completed</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>held by a guard</source>
        <translation>因守护阈值暂停</translation>
    </message>
    <message>
        <source>held by a gate</source>
        <translation>因门禁暂停</translation>
    </message>
    <message>
        <source>went on</source>
        <translation>已继续</translation>
    </message>
    <message>
        <source>approval asked</source>
        <translation>已请求审批</translation>
    </message>
    <message>
        <source>approval withdrawn</source>
        <translation>审批已撤回</translation>
    </message>
    <message>
        <source>rollback proposed</source>
        <translation>已提议回滚</translation>
    </message>
    <message>
        <source>rolled back</source>
        <translation>已回滚</translation>
    </message>
    <message>
        <source>rollback step</source>
        <translation>回滚步骤</translation>
    </message>
    <message>
        <source>rollback rejected</source>
        <translation>回滚被拒绝</translation>
    </message>
    <message>
        <source>suspended</source>
        <translation>已挂起</translation>
    </message>
    <message>
        <source>resumed</source>
        <translation>已恢复</translation>
    </message>
    <message>
        <source>gate overridden</source>
        <translation>门禁已越过</translation>
    </message>
    <message>
        <source>new target</source>
        <translation>新目标</translation>
    </message>
    <message>
        <source>finalized</source>
        <translation>已定案</translation>
    </message>
    <message>
        <source>service restarted</source>
        <translation>服务已重启</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1 %2 left</source>
        <translation>%1 剩余 %2</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Next: an operator decides</source>
        <translation>下一步：由操作员决定</translation>
    </message>
    <message>
        <source>Next: nothing until a target is applied</source>
        <translation>下一步：应用目标之前不会推进</translation>
    </message>
    <message>
        <source>Next: waits for an approval</source>
        <translation>下一步：等待审批</translation>
    </message>
    <message>
        <source>Next: %1 when approved</source>
        <translation>下一步：%1，批准后进行</translation>
    </message>
    <message>
        <source>Next: %1 at %2 or later</source>
        <translation>下一步：%1，最早 %2</translation>
    </message>
    <message>
        <source>Next: %1 as soon as all gates are open</source>
        <translation>下一步：%1，所有门禁放行后立即进行</translation>
    </message>
    <message>
        <source>if all guards hold %1 more</source>
        <translation>守护阈值再保持 %1 即可</translation>
    </message>
    <message>
        <source>blocked by: %1</source>
        <translation>阻塞项：%1</translation>
    </message>
    <message>
        <source>blocked by: %1 · %2</source>
        <translation>阻塞项：%1 · %2</translation>
    </message>
    <message>
        <source>taken over</source>
        <translation>已接管</translation>
    </message>
    <message>
        <source>start set</source>
        <translation>已设定开始时间</translation>
    </message>
    <message>
        <source>start refused</source>
        <translation>未能开始</translation>
    </message>
    <message>
        <source>moved</source>
        <translation>已切换</translation>
    </message>
    <message>
        <source>proven</source>
        <translation>已验证</translation>
    </message>
    <message>
        <source>held: no evidence</source>
        <translation>暂停：没有依据</translation>
    </message>
    <message>
        <source>held: batches were rolled back</source>
        <translation>暂停：有批次已回滚</translation>
    </message>
</context>
<context>
    <name>PreviewFacts</name>
    <message numerus="yes">
        <source>%1 users</source>
        <translation>
            <numerusform>%1 名用户</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 by %2</source>
        <translation>%2 %1 名</translation>
    </message>
    <message>
        <source>unknown writes</source>
        <translation>写入数未知</translation>
    </message>
    <message>
        <source>%1 writes</source>
        <translation>%1 次写入</translation>
    </message>
    <message>
        <source>on NEW not yet synced back</source>
        <translation>在 NEW 上，尚未同步回 LEGACY</translation>
    </message>
    <message>
        <source>move to NEW</source>
        <translation>移到 NEW</translation>
    </message>
    <message>
        <source>move to NEW: %1</source>
        <translation>移到 NEW：%1</translation>
    </message>
    <message>
        <source>move back to LEGACY, in one epoch</source>
        <translation>移回 LEGACY，一次完成</translation>
    </message>
    <message>
        <source>move back to LEGACY, in one epoch: %1</source>
        <translation>移回 LEGACY，一次完成：%1</translation>
    </message>
    <message>
        <source>held on LEGACY until their differences are repaired</source>
        <translation>保留在 LEGACY，直至其差异修复</translation>
    </message>
    <message>
        <source>≈ %1 users back to LEGACY</source>
        <translation>≈ %1 名用户移回 LEGACY</translation>
    </message>
    <message>
        <source>≈ %1 users</source>
        <translation>≈ %1 名用户</translation>
    </message>
    <message>
        <source>%1 held</source>
        <translation>%1 名保留</translation>
    </message>
    <message>
        <source>%1 writes not yet synced</source>
        <translation>%1 次写入尚未同步</translation>
    </message>
    <message>
        <source>on NEW only: no sync counts them now</source>
        <translation>仅在 NEW 上：目前没有同步统计它们</translation>
    </message>
</context>
<context>
    <name>PreviewWords</name>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>%1 to NEW, %2 to LEGACY</source>
        <translation>%1 名到 NEW，%2 名到 LEGACY</translation>
    </message>
    <message>
        <source>%1; held: %2</source>
        <translation>%1；保留：%2</translation>
    </message>
</context>
<context>
    <name>Problem</name>
    <message>
        <source>%1 answered HTTP %2 and did not say why.</source>
        <translation>%1 返回 HTTP %2，未说明原因。</translation>
    </message>
    <message>
        <source>The name %1 is not known (DNS).</source>
        <translation>无法解析名称 %1（DNS）。</translation>
    </message>
    <message>
        <source>Nothing listens at %1 (connection refused).</source>
        <translation>%1 没有服务在监听（连接被拒绝）。</translation>
    </message>
    <message>
        <source>TLS with %1 failed: %2</source>
        <translation>与 %1 的 TLS 握手失败：%2</translation>
    </message>
    <message>
        <source>%1 closed the connection before it had answered.</source>
        <translation>%1 在响应之前关闭了连接。</translation>
    </message>
    <message>
        <source>%1 did not answer in time.</source>
        <translation>%1 未及时响应。</translation>
    </message>
    <message>
        <source>%1 is no address of a service: http:// or https:// is expected.</source>
        <translation>%1 不是服务地址：应以 http:// 或 https:// 开头。</translation>
    </message>
    <message>
        <source>No connection to %1: %2</source>
        <translation>无法连接 %1：%2</translation>
    </message>
    <message>
        <source>%1 did not answer within %2 s.</source>
        <translation>%1 在 %2 秒内没有响应。</translation>
    </message>
    <message>
        <source>%1 answers, but not as a Crossfade service does.</source>
        <translation>%1 有响应，但不是 Crossfade 服务的响应。</translation>
    </message>
    <message>
        <source>Nothing is connected: choose a profile first.</source>
        <translation>尚未连接：请先选择连接配置。</translation>
    </message>
</context>
<context>
    <name>RefusalWords</name>
    <message>
        <source>A valid token is needed.</source>
        <translation>需要有效的令牌。</translation>
    </message>
    <message>
        <source>This needs one of the roles %1.</source>
        <translation>需要以下角色之一：%1。</translation>
    </message>
    <message>
        <source>Somebody changed it meanwhile: it is at version %1 now.</source>
        <translation>期间已被他人修改：现在是版本 %1。</translation>
    </message>
    <message>
        <source>The change does not say which version it was made from.</source>
        <translation>该修改没有说明它基于哪个版本。</translation>
    </message>
    <message>
        <source>The same request is still being worked on: look again in a moment.</source>
        <translation>同一请求仍在处理中：请稍后再看。</translation>
    </message>
    <message>
        <source>This request&apos;s key was used for another one.</source>
        <translation>该请求的幂等键已用于另一请求。</translation>
    </message>
    <message>
        <source>The service is overloaded: try again in a moment.</source>
        <translation>服务过载：请稍后重试。</translation>
    </message>
    <message>
        <source>Too much is waiting at the service: try again later.</source>
        <translation>服务中排队的请求过多：请稍后重试。</translation>
    </message>
    <message>
        <source>The service&apos;s database does not answer.</source>
        <translation>服务的数据库没有应答。</translation>
    </message>
    <message>
        <source>The service lost the connection to its database.</source>
        <translation>服务与其数据库的连接已断开。</translation>
    </message>
    <message>
        <source>You asked for it yourself: a second person must approve.</source>
        <translation>这是您自己申请的：必须由另一人批准。</translation>
    </message>
    <message>
        <source>Rejecting a proposed rollback needs the role approver.</source>
        <translation>驳回建议的回滚需要 approver 角色。</translation>
    </message>
    <message>
        <source>Deciding needs the role approver.</source>
        <translation>作出决定需要 approver 角色。</translation>
    </message>
    <message>
        <source>Deciding on a step needs the role approver.</source>
        <translation>对步骤作出决定需要 approver 角色。</translation>
    </message>
    <message>
        <source>Deciding on the master switch needs the role approver.</source>
        <translation>对总开关作出决定需要 approver 角色。</translation>
    </message>
    <message>
        <source>%1 was first: it is %2 already (%3).</source>
        <translation>%1 已先作出决定：现为 %2（%3）。</translation>
    </message>
    <message>
        <source>Nobody answered within the deadline.</source>
        <translation>期限内无人答复。</translation>
    </message>
    <message>
        <source>The shift no longer waits for this approval.</source>
        <translation>切流已不再等待此审批。</translation>
    </message>
    <message>
        <source>The policy was changed since: this is no longer its next step.</source>
        <translation>策略此后已被修改：这不再是它的下一步。</translation>
    </message>
    <message>
        <source>%1 asked already: approval %2 is open until %3.</source>
        <translation>%1 已提出申请：审批 %2 开放至 %3。</translation>
    </message>
    <message>
        <source>%1 changed the switches since it was asked: ask for it again.</source>
        <translation>申请之后 %1 修改了开关：请重新申请。</translation>
    </message>
    <message>
        <source>Forward only needs the role admin.</source>
        <translation>“只做转发”需要 admin 角色。</translation>
    </message>
    <message>
        <source>Setting the master switch to NEW needs the role admin.</source>
        <translation>把总开关设为 NEW 需要 admin 角色。</translation>
    </message>
    <message>
        <source>“%1” does not fit the state %2.</source>
        <translation>命令“%1”与状态 %2 不符。</translation>
    </message>
    <message>
        <source>A group that is %1 takes no “%2”.</source>
        <translation>处于 %1 状态的用户组不接受“%2”。</translation>
    </message>
    <message>
        <source>A repair that is %1 takes no “%2”.</source>
        <translation>处于 %1 状态的修复不接受“%2”。</translation>
    </message>
    <message>
        <source>The shift already goes to %1 %.</source>
        <translation>切流已在朝 %1 % 进行。</translation>
    </message>
    <message>
        <source>The shift was started already: it has no start ahead.</source>
        <translation>切流已经开始：没有待定的开始时间。</translation>
    </message>
    <message>
        <source>The gates are not known yet.</source>
        <translation>门禁情况尚不清楚。</translation>
    </message>
    <message>
        <source>The gates were last looked at %1: try again in a moment.</source>
        <translation>门禁最近一次检查于 %1：请稍后重试。</translation>
    </message>
    <message>
        <source>%1 is not green: %2</source>
        <translation>%1 未通过：%2</translation>
    </message>
    <message>
        <source>There is no step to take.</source>
        <translation>没有可执行的步骤。</translation>
    </message>
    <message>
        <source>The group has no members.</source>
        <translation>该用户组没有成员。</translation>
    </message>
    <message>
        <source>The members are fixed once the group was started.</source>
        <translation>用户组开始后，成员不可更改。</translation>
    </message>
    <message>
        <source>Another policy already covers the system %1.</source>
        <translation>系统 %1 已由另一策略覆盖。</translation>
    </message>
    <message>
        <source>A finalized policy does not change any more.</source>
        <translation>已定稿的策略不再更改。</translation>
    </message>
    <message>
        <source>Somebody is asked to approve the next step of this policy: suspend it first.</source>
        <translation>该策略的下一步正在等待审批：请先挂起。</translation>
    </message>
    <message>
        <source>Only a draft, a finalized policy, or one rolled back to 0 % can be deleted.</source>
        <translation>只能删除草稿、已定稿或已回滚到 0 % 的策略。</translation>
    </message>
    <message>
        <source>Only a draft, or a group that is rolled back or completed, can be deleted.</source>
        <translation>只能删除草稿，或已回滚、已完成的用户组。</translation>
    </message>
    <message>
        <source>“%1” for * would cover its users, at %2 %: finalize this policy instead, and nobody moves.</source>
        <translation>删除后，面向 * 的“%1”（%2 %）将接管其用户：请改为将此策略定案，这样不会迁移任何人。</translation>
    </message>
    <message>
        <source>The default platform %1 would serve its users at once, who are on %2 now: set the default to %2 first, or finalize this policy instead.</source>
        <translation>删除后，其用户将立即由默认平台 %1 服务，而他们现在在 %2：请先把默认平台设为 %2，或改为将此策略定案。</translation>
    </message>
    <message>
        <source>The default platform %1 would serve the requests without a user id at once, which are on %2 now: let the policy serve them by %1 first.</source>
        <translation>删除后，不带用户标识的请求将立即由默认平台 %1 服务，而它们现在在 %2：请先让此策略把它们交给 %1。</translation>
    </message>
    <message>
        <source>Deleting it would move %1 of its users at once, to where the policies or the default platform serve them.</source>
        <translation>删除会立即迁移其中 %1 名用户，改由策略或默认平台决定的平台服务。</translation>
    </message>
    <message>
        <source>%1 of its users would be served otherwise without it: a completed group can go once the policies or the default platform serve them all by its target, or roll it back.</source>
        <translation>没有它，其中 %1 名用户将由另一平台服务：待策略或默认平台已让全部成员由目标平台服务后，才能删除已完成的用户组；否则请回滚。</translation>
    </message>
    <message>
        <source>%1 of its users would move, not the expected %2: look again.</source>
        <translation>将迁移其中 %1 名用户，而不是预期的 %2 名：请重新查看。</translation>
    </message>
    <message>
        <source>The rule or default would move at once those who are decided for by: %1. End that first, or write the rule yourself: its preview tells whom it moves.</source>
        <translation>定案所写的规则或默认值会立即迁移目前由以下依据决定的对象：%1。请先消除这些情况，或自行编写规则：其预览会说明迁移哪些人。</translation>
    </message>
    <message>
        <source>%1: this cannot be done while the database does not answer. “Roll back” at once can, and so can %2.</source>
        <translation>%1：数据库没有应答时做不了这件事。立即“回滚”可以，%2 也可以。</translation>
    </message>
    <message>
        <source>%1 policies are under way, and no more could be judged: finalize or delete one first.</source>
        <translation>已有 %1 个策略在执行中，更多策略将无法被评判：请先定稿或删除一个。</translation>
    </message>
    <message>
        <source>This would move every request without a user id to %1 at once, past all guards: let the shift reach 100 % or roll it back to 0 % first.</source>
        <translation>这会绕过所有守护阈值，将所有不带用户 ID 的请求立即切换到 %1：请先让切流达到 100%，或回滚到 0%。</translation>
    </message>
    <message>
        <source>While it is under way it cannot ask for fewer approvals, nor drop the second person: roll it back, or call its start off, first.</source>
        <translation>正在进行时，不能减少审批，也不能取消第二人审批：请先回滚，或取消其预定的开始。</translation>
    </message>
    <message>
        <source>%1 can be decided on, not the expected %2: nothing was done. Look again.</source>
        <translation>可决定的有 %1 个，而不是预期的 %2 个：未做任何操作。请重新查看。</translation>
    </message>
</context>
<context>
    <name>RepairAsks</name>
    <message>
        <source>The row it inserted is deleted from %1 again.</source>
        <translation>它插入的行将再从 %1 删除。</translation>
    </message>
    <message>
        <source>The row it deleted is inserted into %1 again. Columns that are not compared get the table&apos;s defaults.</source>
        <translation>它删除的行将再插入 %1。不比较的列取表的默认值。</translation>
    </message>
    <message>
        <source>%1 gets back what it held before in: %2.</source>
        <translation>%1 恢复原先的值：%2。</translation>
    </message>
    <message>
        <source>Only where %1 still holds what the repair wrote; the difference is open again afterwards.</source>
        <translation>仅当 %1 仍是修复所写的值时才做；之后差异会重新出现。</translation>
    </message>
    <message>
        <source>%1. Nothing was deleted: somebody has to confirm it first.</source>
        <translation>%1。什么也没有删除：需要有人先确认。</translation>
    </message>
    <message>
        <source>%1 asked to undo it. It waits for its turn.</source>
        <translation>%1 请求撤销。正在等待轮到它。</translation>
    </message>
    <message>
        <source>It is being undone.</source>
        <translation>正在撤销。</translation>
    </message>
    <message>
        <source>Undone for %1. %2</source>
        <translation>已按 %1 的要求撤销。%2</translation>
    </message>
    <message>
        <source>It was not undone. %1</source>
        <translation>未撤销。%1</translation>
    </message>
    <message>
        <source>Approve the repair of %1 for later</source>
        <translation>批准 %1 的修复，稍后执行</translation>
    </message>
    <message>
        <source>%1 It is carried out at this time, and only if both sides still hold what was seen. Until then it can be called off.</source>
        <translation>%1 届时执行，且仅当两边仍是当时所见的值。在此之前可以取消。</translation>
    </message>
    <message>
        <source>Approve for then</source>
        <translation>批准，届时执行</translation>
    </message>
    <message>
        <source>It was not approved</source>
        <translation>未批准</translation>
    </message>
    <message>
        <source>When, in your time</source>
        <translation>时间（您的时区）</translation>
    </message>
    <message>
        <source>within 31 days</source>
        <translation>31 天之内</translation>
    </message>
    <message>
        <source>within 31 days · %1</source>
        <translation>31 天之内 · %1</translation>
    </message>
    <message>
        <source>Undo the repair of %1?</source>
        <translation>撤销 %1 的修复？</translation>
    </message>
    <message>
        <source>Undo the repair</source>
        <translation>撤销修复</translation>
    </message>
    <message>
        <source>The undo was not asked for</source>
        <translation>未请求撤销</translation>
    </message>
    <message>
        <source>Deletions of this mapping that are open</source>
        <translation>此映射待处理的删除数</translation>
    </message>
    <message>
        <source>Type %1 to confirm them.</source>
        <translation>输入 %1 以确认。</translation>
    </message>
    <message>
        <source>Type %1 to confirm as many deletions.</source>
        <translation>输入 %1 以确认这么多删除。</translation>
    </message>
    <message>
        <source>Let %1 deletions go ahead</source>
        <translation>放行 %1 个删除</translation>
    </message>
    <message>
        <source>Delete although it looks like a loss?</source>
        <translation>看起来像数据丢失，仍要删除？</translation>
    </message>
    <message>
        <source>%1 What you confirm holds for as many deletions of this mapping, this one first, as long as no day goes by without one. If rows are missing by mistake, mend that first: what is deleted comes back only by undoing each repair.</source>
        <translation>%1 您的确认对此映射的这么多个删除有效，从这一个开始，只要每天都有删除在进行。如果行是误失的，请先修好它：删除的内容只能逐个撤销修复才能恢复。</translation>
    </message>
    <message>
        <source>Nothing was confirmed</source>
        <translation>未确认</translation>
    </message>
    <message>
        <source>Nothing was confirmed. %1. Look at it again, then type %2.</source>
        <translation>未确认。%1。请重新查看，然后输入 %2。</translation>
    </message>
</context>
<context>
    <name>RepairOrders</name>
    <message>
        <source>repair of %1 %2 approved</source>
        <translation>%1 %2 的修复已批准</translation>
    </message>
    <message>
        <source>repair of %1 %2 rejected</source>
        <translation>%1 %2 的修复已拒绝</translation>
    </message>
    <message>
        <source>repair of %1 %2 assigned</source>
        <translation>%1 %2 的修复已指派</translation>
    </message>
    <message>
        <source>repair of %1 %2 tried again</source>
        <translation>%1 %2 的修复已重试</translation>
    </message>
    <message>
        <source>undo of the repair of %1 %2 asked for</source>
        <translation>已请求撤销 %1 %2 的修复</translation>
    </message>
</context>
<context>
    <name>RepairTallyFacts</name>
    <message>
        <source>%1 write to NEW</source>
        <translation>%1 个写入 NEW</translation>
    </message>
    <message>
        <source>%1 write to LEGACY</source>
        <translation>%1 个写入 LEGACY</translation>
    </message>
    <message numerus="yes">
        <source>%1 repairs</source>
        <translation>
            <numerusform>%1 个修复</numerusform>
        </translation>
    </message>
    <message>
        <source>update fields of a row</source>
        <translation>更新一行的字段</translation>
    </message>
    <message>
        <source>inserted a row: the undo deletes it</source>
        <translation>曾插入一行：撤销将删除它</translation>
    </message>
    <message>
        <source>insert a row</source>
        <translation>插入一行</translation>
    </message>
    <message>
        <source>deleted a row: the undo inserts it again</source>
        <translation>曾删除一行：撤销将重新插入</translation>
    </message>
    <message>
        <source>delete a row</source>
        <translation>删除一行</translation>
    </message>
    <message>
        <source>are assigned to somebody else</source>
        <translation>分派给了别人</translation>
    </message>
    <message>
        <source>are left out: you asked for them yourself, a second person must decide</source>
        <translation>不包括在内：是您自己请求的，须由第二人决定</translation>
    </message>
    <message>
        <source>are left out: their state does not take it</source>
        <translation>不包括在内：其状态不允许</translation>
    </message>
    <message>
        <source>First</source>
        <translation>前几个</translation>
    </message>
    <message>
        <source>Each is carried out by itself, only where both sides still hold what was seen, and verified by a fresh comparison. It can be undone.</source>
        <translation>逐个执行，仅当两边仍是当时所见的值，并以新的比较核实。可以撤销。</translation>
    </message>
    <message>
        <source>Nothing is written. The differences stay open and can be repaired by another task.</source>
        <translation>不写入任何内容。差异保留，可由别的任务修复。</translation>
    </message>
    <message>
        <source>Each target gets back what it held before, only where it still holds what the repair wrote. The differences are open again afterwards.</source>
        <translation>每个目标恢复原值，仅当其仍是修复所写的值。之后差异会重新出现。</translation>
    </message>
</context>
<context>
    <name>RepairWords</name>
    <message>
        <source>%1: insert row</source>
        <translation>%1：插入行</translation>
    </message>
    <message>
        <source>%1: delete row</source>
        <translation>%1：删除行</translation>
    </message>
</context>
<context>
    <name>RuleWords</name>
    <message>
        <source>is needed</source>
        <translation>必填</translation>
    </message>
    <message>
        <source>1 to 200 bytes, no control characters</source>
        <translation>1 到 200 字节，不含控制字符</translation>
    </message>
    <message>
        <source>1 to 100 of A–Z a–z 0–9 . _ @ + | -</source>
        <translation>1 到 100 个字符：A–Z a–z 0–9 . _ @ + | -</translation>
    </message>
    <message>
        <source>0 to 1 000 000</source>
        <translation>0 到 1 000 000</translation>
    </message>
    <message>
        <source>at most 1 000 bytes</source>
        <translation>最多 1 000 字节</translation>
    </message>
    <message>
        <source>must be after the start</source>
        <translation>必须晚于起始时间</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Its window has ended; it never applies.</source>
        <translation>其时间窗已结束；永不生效。</translation>
    </message>
    <message>
        <source>“%1” always decides before it and says the same.</source>
        <translation>“%1”总是先于它决定，且结果相同。</translation>
    </message>
    <message>
        <source>“%1” always decides before it and says otherwise.</source>
        <translation>“%1”总是先于它决定，且结果不同。</translation>
    </message>
    <message>
        <source>user rule</source>
        <translation>用户规则</translation>
    </message>
    <message>
        <source>system rule</source>
        <translation>系统规则</translation>
    </message>
    <message>
        <source>time rule</source>
        <translation>时间规则</translation>
    </message>
    <message>
        <source>always</source>
        <translation>始终</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 到 %2</translation>
    </message>
    <message>
        <source>daily</source>
        <translation>每天</translation>
    </message>
    <message>
        <source>%1–%2</source>
        <comment>days</comment>
        <translation>%1至%2</translation>
    </message>
    <message>
        <source>, </source>
        <comment>between days</comment>
        <translation>、</translation>
    </message>
    <message>
        <source>at least one day</source>
        <translation>至少选一天</translation>
    </message>
    <message>
        <source>a time zone like Europe/Berlin</source>
        <translation>类似 Europe/Berlin 的时区</translation>
    </message>
    <message>
        <source>None of its weekly times lies between its start and its end; it never applies.</source>
        <translation>它的每周时段都不在起止时间之内，永远不会生效。</translation>
    </message>
    <message>
        <source>%1 all day %2</source>
        <comment>days, zone</comment>
        <translation>%1 全天 %2</translation>
    </message>
    <message>
        <source>%1 %2–%3 %4</source>
        <comment>days, from, to, zone</comment>
        <translation>%1 %2–%3 %4</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>weekly times, bounds</comment>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>In force now, for ever.</source>
        <translation>现在生效，一直有效。</translation>
    </message>
    <message>
        <source>It is never in force.</source>
        <translation>永远不会生效。</translation>
    </message>
    <message>
        <source>In force now, until %1.</source>
        <translation>现在生效，至 %1。</translation>
    </message>
    <message>
        <source>Next in force from %1.</source>
        <translation>下次从 %1 起生效。</translation>
    </message>
</context>
<context>
    <name>RunWords</name>
    <message>
        <source>%1 %2 %</source>
        <translation>%1 %2 %</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %2 rows</source>
        <translation>
            <numerusform>%1 / %2 行</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 rows</source>
        <translation>
            <numerusform>%1 行</numerusform>
        </translation>
    </message>
    <message>
        <source> · %1 rows/s</source>
        <translation> · %1 行/秒</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %2 segments</source>
        <translation>
            <numerusform>%1 / %2 段</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 differences</source>
        <translation>
            <numerusform>%1 项差异</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 still changing</source>
        <translation>%1 项仍在变化</translation>
    </message>
    <message>
        <source>done about %1</source>
        <translation>预计 %1 完成</translation>
    </message>
    <message>
        <source>not under the threshold</source>
        <translation>不低于阈值</translation>
    </message>
    <message>
        <source>under the threshold</source>
        <translation>低于阈值</translation>
    </message>
    <message>
        <source>undecided, a larger sample may tell</source>
        <translation>未定，更大的抽样或可判定</translation>
    </message>
    <message>
        <source>a sample</source>
        <translation>抽样</translation>
    </message>
    <message>
        <source>what changed</source>
        <translation>有变化的行</translation>
    </message>
    <message>
        <source>by ids</source>
        <translation>按 ID</translation>
    </message>
    <message>
        <source>%1 not read, equal before</source>
        <translation>%1 行未读取，此前一致</translation>
    </message>
    <message>
        <source>%1 to %2 of all rows are equal at %3 confidence: %4</source>
        <translation>在 %3 置信度下，所有行中有 %1 至 %2 一致：%4</translation>
    </message>
    <message>
        <source>waits: %1 has enough to do, its load is %2</source>
        <translation>等待中：%1 已足够繁忙，负载为 %2</translation>
    </message>
    <message>
        <source>waits: %1 does not say in time how busy it is</source>
        <translation>等待中：%1 未能及时报告其繁忙程度</translation>
    </message>
</context>
<context>
    <name>RunnerWords</name>
    <message>
        <source>no freeze now</source>
        <translation>当前没有冻结窗口</translation>
    </message>
    <message>
        <source>not asked for</source>
        <translation>未要求</translation>
    </message>
    <message>
        <source>no approval asked for</source>
        <translation>未要求审批</translation>
    </message>
    <message>
        <source>no approval is asked for any more</source>
        <translation>不再要求审批</translation>
    </message>
    <message>
        <source>waits for an approval</source>
        <translation>等待审批</translation>
    </message>
    <message>
        <source>every other gate is green</source>
        <translation>其余门禁均已通过</translation>
    </message>
    <message>
        <source>every gate is green</source>
        <translation>所有门禁均已通过</translation>
    </message>
    <message>
        <source>the gates are not known yet</source>
        <translation>门禁状态尚未知</translation>
    </message>
    <message>
        <source>stabilization runs</source>
        <translation>稳定期进行中</translation>
    </message>
    <message>
        <source>stabilization is over</source>
        <translation>稳定期已结束</translation>
    </message>
    <message>
        <source>evidence is newer than the step</source>
        <translation>证据晚于该步骤</translation>
    </message>
    <message>
        <source>no request on the target since the step</source>
        <translation>该步骤以来目标平台没有请求</translation>
    </message>
    <message>
        <source>requests arrive on the target</source>
        <translation>目标平台有请求到达</translation>
    </message>
    <message>
        <source>no traffic on the target</source>
        <translation>目标平台没有流量</translation>
    </message>
    <message>
        <source>no guard decides</source>
        <translation>没有决定性的守护阈值</translation>
    </message>
    <message>
        <source>every check is fresh and high enough</source>
        <translation>每项检查都足够新且达标</translation>
    </message>
    <message>
        <source>every deciding guard has enough samples</source>
        <translation>每个决定性守护阈值样本充足</translation>
    </message>
    <message>
        <source>no sample in the window</source>
        <translation>窗口内没有样本</translation>
    </message>
    <message>
        <source>the latest sample is older than the window</source>
        <translation>最新样本早于窗口</translation>
    </message>
    <message>
        <source>the source answered a value that is no number</source>
        <translation>数据源返回的值不是数字</translation>
    </message>
    <message>
        <source>no health URL is set</source>
        <translation>未设置健康检查地址</translation>
    </message>
    <message>
        <source>no comparator is configured</source>
        <translation>未配置比对器</translation>
    </message>
    <message>
        <source>the comparator knows no such check</source>
        <translation>比对器没有这项检查</translation>
    </message>
    <message>
        <source>the comparator was not asked yet</source>
        <translation>尚未询问比对器</translation>
    </message>
    <message>
        <source>the last check did not judge every row</source>
        <translation>上次检查未判定全部行</translation>
    </message>
    <message>
        <source>the store refuses writes</source>
        <translation>存储拒绝写入</translation>
    </message>
    <message>
        <source>the revision log does not hold the previous epoch</source>
        <translation>修订日志中没有上一个纪元</translation>
    </message>
    <message>
        <source>not started</source>
        <translation>未开始</translation>
    </message>
    <message>
        <source>waits for its start</source>
        <translation>等待开始</translation>
    </message>
    <message>
        <source>suspended by an operator</source>
        <translation>已由操作员暂停</translation>
    </message>
    <message>
        <source>the target is reached</source>
        <translation>已到达目标</translation>
    </message>
    <message>
        <source>the target is reached once its guards have held</source>
        <translation>守护阈值稳定后即到达目标</translation>
    </message>
    <message>
        <source>rolled back</source>
        <translation>已回滚</translation>
    </message>
    <message>
        <source>rolls back step by step</source>
        <translation>正在逐步回滚</translation>
    </message>
    <message>
        <source>rolls back if nobody answers</source>
        <translation>无人答复则回滚</translation>
    </message>
    <message>
        <source>holds if nobody answers</source>
        <translation>无人答复则保持</translation>
    </message>
    <message>
        <source>one step back</source>
        <translation>后退一步</translation>
    </message>
    <message>
        <source>stepwise rollback is done</source>
        <translation>逐步回滚已完成</translation>
    </message>
    <message>
        <source>max is reached; it can be finalized</source>
        <translation>已到上限，可以定案</translation>
    </message>
    <message>
        <source>the engine refused</source>
        <translation>引擎拒绝</translation>
    </message>
    <message>
        <source>finalized</source>
        <translation>已定案</translation>
    </message>
    <message>
        <source>nobody answered within the deadline</source>
        <translation>截止前无人答复</translation>
    </message>
    <message>
        <source>the proposed rollback was approved</source>
        <translation>提议的回滚已批准</translation>
    </message>
    <message>
        <source>the proposed rollback was rejected</source>
        <translation>提议的回滚已拒绝</translation>
    </message>
    <message>
        <source>the step was rejected</source>
        <translation>该步骤已被拒绝</translation>
    </message>
    <message>
        <source>the service was restarted</source>
        <translation>服务已重启</translation>
    </message>
    <message>
        <source>guards held at %1</source>
        <translation>守护阈值在 %1 保持达标</translation>
    </message>
    <message>
        <source>first step, %1</source>
        <translation>第一步，%1</translation>
    </message>
    <message>
        <source>target %1</source>
        <translation>目标 %1</translation>
    </message>
    <message>
        <source>resumed at %1</source>
        <translation>在 %1 恢复</translation>
    </message>
    <message>
        <source>finalized at %1</source>
        <translation>在 %1 定案</translation>
    </message>
    <message>
        <source>an operator rolled back to %1</source>
        <translation>操作员回滚到 %1</translation>
    </message>
    <message>
        <source>an operator lowered the target to %1</source>
        <translation>操作员将目标降至 %1</translation>
    </message>
    <message>
        <source>no longer held: %1</source>
        <translation>不再暂停：%1</translation>
    </message>
    <message>
        <source>freeze: %1</source>
        <translation>冻结：%1</translation>
    </message>
    <message>
        <source>no request on %1 in the last %2 s</source>
        <translation>最近 %2 秒 %1 没有请求</translation>
    </message>
    <message>
        <source>the metrics of %1 are fresh</source>
        <translation>%1 的指标是最新的</translation>
    </message>
    <message>
        <source>%1 is healthy, the store takes writes and holds the previous epoch</source>
        <translation>%1 健康，存储可写并保有上一个纪元</translation>
    </message>
    <message>
        <source>%1 was not asked yet</source>
        <translation>尚未询问 %1</translation>
    </message>
    <message>
        <source>%1 deciding guards pass</source>
        <translation>%1 个决定性守护阈值通过</translation>
    </message>
    <message>
        <source>n = %1, needs %2</source>
        <translation>n = %1，需要 %2</translation>
    </message>
    <message>
        <source>%1, must be %2 %3, n = %4</source>
        <translation>%1，要求 %2 %3，n = %4</translation>
    </message>
    <message>
        <source>%1 is %2 %3, n = %4</source>
        <translation>%1，满足 %2 %3，n = %4</translation>
    </message>
    <message>
        <source>%1 is below %2</source>
        <translation>%1 低于 %2</translation>
    </message>
    <message>
        <source>not judged since the step</source>
        <translation>该步骤以来尚未判定</translation>
    </message>
    <message>
        <source>never checked</source>
        <translation>从未检查</translation>
    </message>
    <message>
        <source>not asked yet</source>
        <translation>尚未询问</translation>
    </message>
    <message>
        <source>the last check is too old</source>
        <translation>上次检查过旧</translation>
    </message>
    <message>
        <source>tripped</source>
        <translation>已触发</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>not judged yet</source>
        <translation>尚未判定</translation>
    </message>
    <message>
        <source>n = %1 on %2, needs %3</source>
        <translation>%2 上 n = %1，需要 %3</translation>
    </message>
    <message>
        <source>no sample of %1 to compare with</source>
        <translation>没有 %1 的样本可供比较</translation>
    </message>
    <message>
        <source>%1 is worse than the %3 of %2 by more than %4 points, p = %5, n = %6 and %7</source>
        <translation>%1 比 %2 的 %3 差超过 %4 个百分点，p = %5，n = %6 和 %7</translation>
    </message>
    <message>
        <source>%1 is worse than the %3 of %2 by more than %4, p = %5, n = %6 and %7</source>
        <translation>%1 比 %2 的 %3 差超过 %4，p = %5，n = %6 和 %7</translation>
    </message>
    <message>
        <source>%1 is not worse than the %3 of %2 by more than %4 points, p = %5, n = %6 and %7</source>
        <translation>%1 比 %2 的 %3 差不超过 %4 个百分点，p = %5，n = %6 和 %7</translation>
    </message>
    <message>
        <source>%1 is not worse than the %3 of %2 by more than %4, p = %5, n = %6 and %7</source>
        <translation>%1 比 %2 的 %3 差不超过 %4，p = %5，n = %6 和 %7</translation>
    </message>
    <message>
        <source>the switches were changed</source>
        <translation>开关已被更改</translation>
    </message>
    <message>
        <source>there is no shift policy</source>
        <translation>没有切流策略</translation>
    </message>
    <message>
        <source>a stored policy cannot be read</source>
        <translation>有一条已保存的策略无法读取</translation>
    </message>
    <message>
        <source>every policy is COMPLETED or FINALIZED</source>
        <translation>所有策略均为 COMPLETED 或 FINALIZED</translation>
    </message>
    <message>
        <source>no policy names a check</source>
        <translation>没有策略指定检查</translation>
    </message>
    <message>
        <source>no sync runs</source>
        <translation>没有同步在运行</translation>
    </message>
    <message>
        <source>no approval asked for up to %1</source>
        <translation>%1 以内无需审批</translation>
    </message>
    <message>
        <source>%1 is %2; not done either: %3</source>
        <translation>%1 处于 %2；另有 %3 条未完成</translation>
    </message>
    <message>
        <source>%1 ended on LEGACY; not done either: %2</source>
        <translation>%1 最终停在 LEGACY；另有 %2 条未完成</translation>
    </message>
    <message>
        <source>%1 is %2</source>
        <translation>%1 处于 %2</translation>
    </message>
    <message>
        <source>%1 ended on LEGACY</source>
        <translation>%1 最终停在 LEGACY</translation>
    </message>
    <message>
        <source>inside a change window</source>
        <translation>在变更窗口内</translation>
    </message>
    <message>
        <source>outside the change windows</source>
        <translation>不在变更窗口内</translation>
    </message>
    <message>
        <source>the start was called off</source>
        <translation>已取消开始</translation>
    </message>
    <message>
        <source>it did not start: %1</source>
        <translation>未能开始：%1</translation>
    </message>
    <message>
        <source>starts at %1</source>
        <translation>开始于 %1</translation>
    </message>
    <message>
        <source>takes over %1 from %2</source>
        <translation>从 %2 接管 %1</translation>
    </message>
    <message>
        <source>outside the change windows: the next opens %1</source>
        <translation>不在变更窗口内：下一个窗口开于 %1</translation>
    </message>
    <message>
        <source>outside the change windows: the service does not know the zone %1</source>
        <translation>不在变更窗口内：服务不认识时区 %1</translation>
    </message>
    <message>
        <source>%1, must be %2 %3</source>
        <translation>%1，应 %2 %3</translation>
    </message>
    <message>
        <source>%1 is %2 %3</source>
        <translation>%1，符合 %2 %3</translation>
    </message>
    <message>
        <source>%1 s of the window lie after the step, needs %2</source>
        <translation>窗口中仅有 %1 秒在本次步进之后，需要 %2 秒</translation>
    </message>
    <message>
        <source>the expression matched nothing</source>
        <translation>表达式没有匹配到任何数据</translation>
    </message>
    <message>
        <source>there is no such metric source</source>
        <translation>没有这个指标源</translation>
    </message>
    <message>
        <source>no answer in time</source>
        <translation>未及时应答</translation>
    </message>
    <message>
        <source>no answer within %1 ms</source>
        <translation>%1 毫秒内没有应答</translation>
    </message>
    <message>
        <source>answered %1</source>
        <translation>应答状态 %1</translation>
    </message>
    <message>
        <source>answered %1: %2</source>
        <translation>应答状态 %1：%2</translation>
    </message>
    <message>
        <source>samples: %1</source>
        <translation>样本数：%1</translation>
    </message>
    <message>
        <source>the value is %1</source>
        <translation>值为 %1</translation>
    </message>
    <message>
        <source>the expression answers %1 series where one number is needed</source>
        <translation>表达式返回了 %1 个序列，而需要单个数值</translation>
    </message>
    <message>
        <source>the expression answers a %1 where one number is needed</source>
        <translation>表达式返回的是 %1，而需要单个数值</translation>
    </message>
    <message>
        <source>every batch is back</source>
        <translation>所有批次已回滚</translation>
    </message>
    <message>
        <source>all batches have moved</source>
        <translation>所有批次已切换</translation>
    </message>
    <message>
        <source>started</source>
        <translation>已启动</translation>
    </message>
    <message>
        <source>resumed</source>
        <translation>已恢复</translation>
    </message>
    <message>
        <source>suspended</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>batch %1 moves</source>
        <translation>第 %1 批开始切换</translation>
    </message>
    <message>
        <source>batch %1 settles</source>
        <translation>第 %1 批正在稳定</translation>
    </message>
    <message>
        <source>batch %1 has moved</source>
        <translation>第 %1 批已切换</translation>
    </message>
    <message>
        <source>batch %1 is back</source>
        <translation>第 %1 批已回滚</translation>
    </message>
    <message>
        <source>the service was restarted: batch %1 settles anew</source>
        <translation>服务已重启：第 %1 批重新稳定</translation>
    </message>
    <message>
        <source>%1 batches are rolled back: resume moves them again</source>
        <translation>%1 个批次已回滚：恢复后将重新切换</translation>
    </message>
    <message>
        <source>no batch moves before %1</source>
        <translation>%1 之前不切换任何批次</translation>
    </message>
    <message>
        <source>batch %1: %2</source>
        <translation>第 %1 批：%2</translation>
    </message>
    <message>
        <source>%1 asks to raise %2 to %3, answer until %4</source>
        <translation>%1 请求从 %2 提高到 %3，请在 %4 前答复</translation>
    </message>
    <message>
        <source>%1 asks to move batch %2, %3 users, answer until %4</source>
        <translation>%1 请求迁移第 %2 批（%3 个用户），请在 %4 前答复</translation>
    </message>
    <message>
        <source>no sync is active</source>
        <translation>没有启用的同步</translation>
    </message>
    <message>
        <source>the comparator&apos;s latest figures are too old</source>
        <translation>比对器的最新数据太旧</translation>
    </message>
    <message>
        <source>the comparator&apos;s answer has no items</source>
        <translation>比对器的回答里没有条目</translation>
    </message>
    <message>
        <source>the comparator&apos;s answer about a sync cannot be read</source>
        <translation>比对器关于同步的回答无法读取</translation>
    </message>
    <message>
        <source>the comparator has not told for a while how the syncs stand</source>
        <translation>比对器已有一段时间未报告同步状态</translation>
    </message>
    <message>
        <source>every sync has looked at everything</source>
        <translation>每个同步都已检查全部数据</translation>
    </message>
    <message>
        <source>there are no dead letters</source>
        <translation>没有永久失败的同步</translation>
    </message>
    <message>
        <source>what changes on NEW comes to LEGACY</source>
        <translation>NEW 上的变更会同步到 LEGACY</translation>
    </message>
    <message>
        <source>no sync carries changes of NEW to LEGACY</source>
        <translation>没有同步把 NEW 的变更带到 LEGACY</translation>
    </message>
    <message>
        <source>the backfill of %1 is not done</source>
        <translation>%1 的回填尚未完成</translation>
    </message>
    <message>
        <source>%1 dead letters of %2</source>
        <translation>%2 有 %1 个永久失败</translation>
    </message>
    <message>
        <source>no health URL of %1 is set and nothing was measured on it in the last %2 s; the store takes writes and holds the previous epoch</source>
        <translation>未设置 %1 的健康检查地址，最近 %2 秒也没有它的任何度量；存储可写，且保存着上一个版本</translation>
    </message>
    <message>
        <source>no health URL of %1 is set, %2 of %3 requests on it were good; the store takes writes and holds the previous epoch</source>
        <translation>未设置 %1 的健康检查地址，其上 %3 个请求中有 %2 成功；存储可写，且保存着上一个版本</translation>
    </message>
    <message>
        <source>no health URL of %1 is set, %2 of %3 requests on it were good</source>
        <translation>未设置 %1 的健康检查地址，其上 %3 个请求中有 %2 成功</translation>
    </message>
    <message>
        <source>at 100 % nobody is left to compare %1 with: override the gate GUARDS to complete, or roll back</source>
        <translation>已到 100 %，没有可供 %1 对比的用户：请越过 GUARDS 门禁以完成，或者回滚</translation>
    </message>
    <message>
        <source>the store does not answer: the rest of the stepwise rollback is done at once</source>
        <translation>存储没有响应：逐步回滚的剩余部分立即完成</translation>
    </message>
    <message>
        <source>the sync of %1 from %2 to %3 is %4</source>
        <translation>%1 从 %2 到 %3 的同步处于 %4</translation>
    </message>
    <message>
        <source>the sync of %1 from %2 to %3 fails: %4</source>
        <translation>%1 从 %2 到 %3 的同步出错：%4</translation>
    </message>
    <message>
        <source>the sync of %1 from %2 to %3 has not looked at everything yet</source>
        <translation>%1 从 %2 到 %3 的同步还没有把全部数据看过一遍</translation>
    </message>
    <message>
        <source>%1 is worse than the %3 of %2 by more than %4 points, p = %5, n = %6 and %7, trips below p = %8</source>
        <translation>%1 比 %2 的 %3 差超过 %4 个百分点，p = %5，n = %6 和 %7，p 低于 %8 时触发</translation>
    </message>
    <message>
        <source>%1 is worse than the %3 of %2 by more than %4, p = %5, n = %6 and %7, trips below p = %8</source>
        <translation>%1 比 %2 的 %3 差超过 %4，p = %5，n = %6 和 %7，p 低于 %8 时触发</translation>
    </message>
    <message>
        <source>%1 policies are under way and no more could be judged: finalize or delete one first</source>
        <translation>已有 %1 个策略在执行中，更多策略将无法被评判：请先定稿或删除一个</translation>
    </message>
</context>
<context>
    <name>ServiceWords</name>
    <message>
        <source>STABILIZING</source>
        <translation>稳定中</translation>
    </message>
    <message>
        <source>EVALUATING</source>
        <translation>评估中</translation>
    </message>
    <message>
        <source>RUNNING</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>EXECUTING</source>
        <translation>执行中</translation>
    </message>
    <message>
        <source>SUCCESS</source>
        <translation>成功</translation>
    </message>
    <message>
        <source>PENDING</source>
        <translation>待处理</translation>
    </message>
    <message>
        <source>QUEUED</source>
        <translation>排队中</translation>
    </message>
    <message>
        <source>FINISHED</source>
        <translation>已结束</translation>
    </message>
    <message>
        <source>REJECTED</source>
        <translation>已拒绝</translation>
    </message>
    <message>
        <source>CANCELLED</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>MISSING</source>
        <translation>缺失</translation>
    </message>
    <message>
        <source>EXTRA</source>
        <translation>多余</translation>
    </message>
    <message>
        <source>DIFFERENT</source>
        <translation>不一致</translation>
    </message>
    <message>
        <source>ASSIGNED</source>
        <translation>已指派</translation>
    </message>
    <message>
        <source>APPROVED</source>
        <translation>已批准</translation>
    </message>
    <message>
        <source>HELD</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>PAUSED</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>STALE</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>FOR_APPROVAL</source>
        <translation>待审批</translation>
    </message>
    <message>
        <source>BELOW</source>
        <translation>未达标</translation>
    </message>
    <message>
        <source>PASS</source>
        <translation>通过</translation>
    </message>
    <message>
        <source>COMPLETED</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>VERIFIED</source>
        <translation>已验证</translation>
    </message>
    <message>
        <source>FAILED</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>BREACH</source>
        <translation>超限</translation>
    </message>
    <message>
        <source>HIGH</source>
        <translation>高</translation>
    </message>
    <message>
        <source>MEDIUM</source>
        <translation>中</translation>
    </message>
    <message>
        <source>LOW</source>
        <translation>低</translation>
    </message>
    <message>
        <source>Guard tripped</source>
        <translation>守护阈值触发</translation>
    </message>
    <message>
        <source>No measurements</source>
        <translation>没有测量数据</translation>
    </message>
    <message>
        <source>Shift held</source>
        <translation>切流已暂停</translation>
    </message>
    <message>
        <source>Rollback proposed</source>
        <translation>提议回滚</translation>
    </message>
    <message>
        <source>Rolled back</source>
        <translation>已回滚</translation>
    </message>
    <message>
        <source>Policy unreadable</source>
        <translation>策略无法读取</translation>
    </message>
    <message>
        <source>Check failed</source>
        <translation>检查失败</translation>
    </message>
    <message>
        <source>Check incomplete</source>
        <translation>检查不完整</translation>
    </message>
    <message>
        <source>Too much to repair by itself</source>
        <translation>差异过多，未自动修复</translation>
    </message>
    <message>
        <source>Consistency below threshold</source>
        <translation>一致率低于阈值</translation>
    </message>
    <message>
        <source>LEGACY and NEW hold the same</source>
        <translation>LEGACY 与 NEW 内容一致</translation>
    </message>
    <message>
        <source>LEGACY and NEW differ</source>
        <translation>LEGACY 与 NEW 不一致</translation>
    </message>
    <message>
        <source>written and seen equal</source>
        <translation>已写入并核对一致</translation>
    </message>
    <message>
        <source>both sides held the same already</source>
        <translation>两侧本已一致</translation>
    </message>
    <message>
        <source>a side no longer holds what was seen</source>
        <translation>某一侧已不是当时看到的内容</translation>
    </message>
    <message>
        <source>the row had changed in the last moment; nothing was written</source>
        <translation>该行在最后一刻被更改；未写入任何内容</translation>
    </message>
    <message>
        <source>written, but the two sides still differ</source>
        <translation>已写入，但两侧仍不一致</translation>
    </message>
    <message>
        <source>was written before the service ended</source>
        <translation>在服务停止之前已写入</translation>
    </message>
    <message>
        <source>after a fresh look</source>
        <translation>重新查看之后</translation>
    </message>
    <message>
        <source>There is nothing left to repair.</source>
        <translation>没有需要修复的内容。</translation>
    </message>
    <message>
        <source>Another repair is needed: recheck first.</source>
        <translation>需要另一种修复：请先重新检查。</translation>
    </message>
    <message>
        <source>Both sides hold what was seen.</source>
        <translation>两侧仍是当时看到的内容。</translation>
    </message>
    <message>
        <source>A side has changed since it was seen.</source>
        <translation>某一侧在查看之后有改动。</translation>
    </message>
    <message>
        <source>is required</source>
        <translation>必填</translation>
    </message>
    <message>
        <source>is not a known field</source>
        <translation>不是已知字段</translation>
    </message>
    <message>
        <source>is not a known metric</source>
        <translation>不是已知指标</translation>
    </message>
    <message>
        <source>must be an object</source>
        <translation>必须是对象</translation>
    </message>
    <message>
        <source>must be a string</source>
        <translation>必须是字符串</translation>
    </message>
    <message>
        <source>must be a number</source>
        <translation>必须是数字</translation>
    </message>
    <message>
        <source>must be true or false</source>
        <translation>必须是 true 或 false</translation>
    </message>
    <message>
        <source>must have at most 2 decimals</source>
        <translation>最多 2 位小数</translation>
    </message>
    <message>
        <source>must be above 0</source>
        <translation>必须大于 0</translation>
    </message>
    <message>
        <source>must be after start</source>
        <translation>必须晚于起始</translation>
    </message>
    <message>
        <source>must be an http or https URL</source>
        <translation>必须是 http 或 https 地址</translation>
    </message>
    <message>
        <source>must be more than the step before</source>
        <translation>必须大于上一步</translation>
    </message>
    <message>
        <source>must lie beyond the threshold</source>
        <translation>必须超出阈值</translation>
    </message>
    <message>
        <source>must not be above max_shift_percentage</source>
        <translation>不得超过上限（max_shift_percentage）</translation>
    </message>
    <message>
        <source>must not be more than windows</source>
        <translation>不得多于窗口数</translation>
    </message>
    <message>
        <source>must not contain a NUL character</source>
        <translation>不得包含 NUL 字符</translation>
    </message>
    <message>
        <source>must not contain control characters</source>
        <translation>不得包含控制字符</translation>
    </message>
    <message>
        <source>must name at least one check</source>
        <translation>至少填写一项检查</translation>
    </message>
    <message>
        <source>does not exist for this metric</source>
        <translation>不适用于此指标</translation>
    </message>
    <message>
        <source>stands twice</source>
        <translation>重复出现</translation>
    </message>
    <message>
        <source>is required for consistency_percentage</source>
        <translation>consistency_percentage 需要填写此项</translation>
    </message>
    <message>
        <source>must have %1 to %2 bytes</source>
        <translation>长度须为 %1 到 %2 字节</translation>
    </message>
    <message>
        <source>must be a whole number from %1 to %2</source>
        <translation>必须是 %1 到 %2 的整数</translation>
    </message>
    <message>
        <source>must be a number from %1 to %2</source>
        <translation>必须是 %1 到 %2 的数字</translation>
    </message>
    <message>
        <source>must be 1 to 100 characters of %1</source>
        <translation>须为 1 到 100 个字符：%1</translation>
    </message>
    <message>
        <source>must be * or 1 to 100 characters of %1</source>
        <translation>须为 * 或 1 到 100 个字符：%1</translation>
    </message>
    <message>
        <source>must be a list of at most %1 items</source>
        <translation>列表最多 %1 项</translation>
    </message>
    <message>
        <source>must be an RFC 3339 time such as %1</source>
        <translation>必须是 RFC 3339 时间，例如 %1</translation>
    </message>
    <message>
        <source>must be one of %1</source>
        <translation>必须是下列之一：%1</translation>
    </message>
    <message>
        <source>Insert %1 %2 into %3 as %4 holds it.</source>
        <translation>按 %4 的内容将 %1 %2 写入 %3。</translation>
    </message>
    <message>
        <source>Delete %1 %2 from %3: %4 does not hold it.</source>
        <translation>从 %3 删除 %1 %2：%4 没有该记录。</translation>
    </message>
    <message>
        <source>Update %1 of %2 %3 on %4 to what %5 holds.</source>
        <translation>将 %4 上 %2 %3 的 %1 更新为 %5 的内容。</translation>
    </message>
    <message>
        <source>written, but not verified: %1</source>
        <translation>已写入，但未能核对：%1</translation>
    </message>
    <message>
        <source>The check %1 failed: %2</source>
        <translation>检查 %1 失败：%2</translation>
    </message>
    <message>
        <source>The check %1 could not judge every row; consistent of those judged: %2.</source>
        <translation>检查 %1 未能判定每一行；已判定部分的一致率：%2。</translation>
    </message>
    <message>
        <source>The check %1 found %2 consistent, below its threshold of %3.</source>
        <translation>检查 %1 的一致率为 %2，低于阈值 %3。</translation>
    </message>
    <message>
        <source>The stored shift policy %1 cannot be read: its guards are not judged, its share stays as it is.</source>
        <translation>存储的切流策略 %1 无法读取：其守护阈值不再判定，占比保持不变。</translation>
    </message>
    <message>
        <source>Repaired: %1</source>
        <translation>已修复：%1</translation>
    </message>
    <message>
        <source>must be null beside a tolerance</source>
        <translation>设了容差时必须为空</translation>
    </message>
    <message>
        <source>Channel not told</source>
        <translation>渠道通知失败</translation>
    </message>
    <message>
        <source>answered something that is not its own</source>
        <translation>返回了不符合该服务格式的内容</translation>
    </message>
    <message>
        <source>the answer is too large</source>
        <translation>返回内容过大</translation>
    </message>
    <message>
        <source>Couldn&apos;t connect to server</source>
        <translation>无法连接服务器</translation>
    </message>
    <message>
        <source>Couldn&apos;t resolve host name</source>
        <translation>无法解析主机名</translation>
    </message>
    <message>
        <source>Could not connect to server</source>
        <translation>无法连接服务器</translation>
    </message>
    <message>
        <source>Could not resolve hostname</source>
        <translation>无法解析主机名</translation>
    </message>
    <message>
        <source>Timeout was reached</source>
        <translation>已超时</translation>
    </message>
    <message>
        <source>Login denied</source>
        <translation>登录被拒绝</translation>
    </message>
    <message>
        <source>SSL connect error</source>
        <translation>TLS 连接失败</translation>
    </message>
    <message>
        <source>SSL peer certificate or SSH remote key was not OK</source>
        <translation>对方的 TLS 证书无效</translation>
    </message>
    <message>
        <source>Server returned nothing (no headers, no data)</source>
        <translation>服务器未返回任何内容</translation>
    </message>
    <message>
        <source>another channel has this name</source>
        <translation>已有同名渠道</translation>
    </message>
    <message>
        <source>must be a mail address</source>
        <translation>必须是邮箱地址</translation>
    </message>
    <message>
        <source>must be a host, or host:port</source>
        <translation>必须是主机名，或 主机名:端口</translation>
    </message>
    <message>
        <source>must be a type of alert</source>
        <translation>必须是告警类型</translation>
    </message>
    <message>
        <source>does not exist for this kind of channel</source>
        <translation>该类型的渠道没有此字段</translation>
    </message>
    <message>
        <source>is fixed once the channel was made</source>
        <translation>渠道创建后不能更改</translation>
    </message>
    <message>
        <source>answered %1</source>
        <translation>返回了状态码 %1</translation>
    </message>
    <message>
        <source>refused it with %1: %2</source>
        <translation>拒绝接收，错误码 %1：%2</translation>
    </message>
    <message>
        <source>refused it with %1</source>
        <translation>拒绝接收，错误码 %1</translation>
    </message>
    <message>
        <source>no answer within %1 ms</source>
        <translation>%1 毫秒内无应答</translation>
    </message>
    <message>
        <source>the host %1 has no address</source>
        <translation>主机 %1 没有可用地址</translation>
    </message>
    <message>
        <source>no connection to %1 port %2</source>
        <translation>无法连接 %1 的端口 %2</translation>
    </message>
    <message>
        <source>there are %1 channels already: more are not kept</source>
        <translation>已有 %1 个渠道，不能再增加</translation>
    </message>
    <message>
        <source>A channel could not be told: %1</source>
        <translation>未能通知某个渠道：%1</translation>
    </message>
    <message>
        <source>is required for PROMQL</source>
        <translation>PROMQL 必填</translation>
    </message>
    <message>
        <source>is for PROMQL only</source>
        <translation>仅适用于 PROMQL</translation>
    </message>
    <message>
        <source>must not be blank</source>
        <translation>不能为空白</translation>
    </message>
    <message>
        <source>needs a samples_expression</source>
        <translation>需要填写样本数表达式</translation>
    </message>
    <message>
        <source>is not a metric source</source>
        <translation>不是已配置的指标源</translation>
    </message>
    <message>
        <source>Shift not started</source>
        <translation>切流未能开始</translation>
    </message>
    <message>
        <source>Approval asked for</source>
        <translation>请求审批</translation>
    </message>
    <message>
        <source>User group unreadable</source>
        <translation>用户组无法读取</translation>
    </message>
    <message>
        <source>Rollback not stored</source>
        <translation>回滚尚未存储</translation>
    </message>
    <message>
        <source>%1 asks for the master switch, answer until %2: %3</source>
        <translation>%1 请求切换总开关，请在 %2 前答复：%3</translation>
    </message>
    <message>
        <source>The stored user group %1 cannot be read: its users stay where they are.</source>
        <translation>已保存的用户组 %1 无法读取：其用户保持在原平台。</translation>
    </message>
    <message>
        <source>not told: %1 alerts wait for this channel already</source>
        <translation>未通知：已有 %1 条告警在等待此渠道</translation>
    </message>
    <message>
        <source>Repair assigned</source>
        <translation>修复已分派</translation>
    </message>
    <message>
        <source>Sync failed for good</source>
        <translation>同步永久失败</translation>
    </message>
    <message>
        <source>Sync stopped</source>
        <translation>同步已停止</translation>
    </message>
    <message>
        <source>Channel unreadable</source>
        <translation>通道无法读取</translation>
    </message>
    <message>
        <source>The stored channel %1 cannot be read and can only be deleted: %2. It is told nothing.</source>
        <translation>已存储的通道 %1 无法读取，只能删除：%2。不会向它发送任何告警。</translation>
    </message>
    <message>
        <source>The repair of %1 %2 was assigned to %3 by %4.</source>
        <translation>%1 %2 的修复已由 %4 分派给 %3。</translation>
    </message>
    <message>
        <source>not taken for %1</source>
        <translation>未送达 %1</translation>
    </message>
    <message>
        <source>Clock off</source>
        <translation>时钟偏差</translation>
    </message>
    <message>
        <source>UNDONE</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <source>An engine does not follow</source>
        <translation>有引擎未跟上</translation>
    </message>
    <message>
        <source>UNDOING</source>
        <translation>撤销中</translation>
    </message>
    <message>
        <source>Router not told</source>
        <translation>路由器未收到通知</translation>
    </message>
    <message>
        <source>written, though the answer was lost</source>
        <translation>已写入，但应答丢失</translation>
    </message>
    <message>
        <source>the service ended before it was written</source>
        <translation>服务在写入前已结束</translation>
    </message>
    <message>
        <source>The rows of %1 could not be counted in time</source>
        <translation>未能及时数出 %1 的行数</translation>
    </message>
    <message>
        <source>%1 is empty, and held %2 rows last time</source>
        <translation>%1 是空的，上次有 %2 行</translation>
    </message>
    <message>
        <source>%1 is empty</source>
        <translation>%1 是空的</translation>
    </message>
    <message>
        <source>%1 holds %2 rows, under half of the %3 of last time</source>
        <translation>%1 有 %2 行，不足上次 %3 行的一半</translation>
    </message>
    <message>
        <source>%1 deletions on %2 within a day are more than %3</source>
        <translation>一天内在 %2 上 %1 次删除，多于 %3 次</translation>
    </message>
    <message>
        <source>%1 deletions on %2 within a day are more than %3 % of its %4 rows</source>
        <translation>一天内在 %2 上 %1 次删除，超过其 %4 行的 %3 %</translation>
    </message>
    <message>
        <source>%1 deletions of this mapping are open, not %2</source>
        <translation>此映射有 %1 个待处理的删除，不是 %2 个</translation>
    </message>
</context>
<context>
    <name>SessionWords</name>
    <message>
        <source>The router does not answer; this is off until it is back.</source>
        <translation>路由器无响应；恢复之前此功能停用。</translation>
    </message>
    <message>
        <source>The comparator does not answer; this is off until it is back.</source>
        <translation>比对器无响应；恢复之前此功能停用。</translation>
    </message>
    <message>
        <source>This needs the role “%1”.</source>
        <translation>需要“%1”角色。</translation>
    </message>
    <message>
        <source>The service did not answer.</source>
        <translation>服务没有响应。</translation>
    </message>
    <message>
        <source>No answer: it may or may not have been done. Look at the shares before asking again. (%1)</source>
        <translation>没有收到应答：操作可能已执行，也可能未执行。再次请求前请先查看占比。（%1）</translation>
    </message>
    <message>
        <source>No answer: it may or may not have been done</source>
        <translation>没有收到应答：操作可能已执行，也可能未执行</translation>
    </message>
    <message>
        <source>%1, leader</source>
        <translation>%1，主副本</translation>
    </message>
    <message>
        <source>%1, follower</source>
        <translation>%1，从副本</translation>
    </message>
</context>
<context>
    <name>StillNewWords</name>
    <message>
        <source>%1 and %2 more</source>
        <translation>%1 等另外 %2 个</translation>
    </message>
    <message>
        <source>everybody, by the master switch</source>
        <translation>所有用户（总开关）</translation>
    </message>
    <message>
        <source>everybody, by forward only</source>
        <translation>所有用户（只做转发）</translation>
    </message>
    <message>
        <source>users by rules of their own: %1</source>
        <translation>有各自用户规则的用户：%1</translation>
    </message>
    <message>
        <source>systems by rules of their own: %1</source>
        <translation>有各自系统规则的系统：%1</translation>
    </message>
    <message>
        <source>systems by the rules %1</source>
        <translation>规则 %1 指定的系统</translation>
    </message>
    <message>
        <source>everybody now, by the time rule %1</source>
        <translation>此刻的所有用户（时间规则 %1）</translation>
    </message>
    <message>
        <source>what is inserted</source>
        <translation>新插入的数据</translation>
    </message>
    <message>
        <source>entities from the id threshold on</source>
        <translation>达到 ID 阈值的实体</translation>
    </message>
    <message>
        <source>entities that LEGACY does not know</source>
        <translation>LEGACY 中不存在的实体</translation>
    </message>
    <message>
        <source>who is on the gray lists %1</source>
        <translation>灰度名单 %1 中的成员</translation>
    </message>
    <message>
        <source>batches of the groups %1</source>
        <translation>用户组 %1 的批次</translation>
    </message>
    <message>
        <source>requests without a user id, by %1</source>
        <translation>没有用户 ID 的请求（%1）</translation>
    </message>
    <message>
        <source>the rest of %1</source>
        <translation>%1 的剩余部分</translation>
    </message>
    <message>
        <source>whom no policy covers, by default</source>
        <translation>没有策略覆盖的请求（默认平台）</translation>
    </message>
</context>
<context>
    <name>TimeText</name>
    <message>
        <source>d MMM</source>
        <translation>M月d日</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <translation>yyyy年M月d日</translation>
    </message>
    <message>
        <source>%1 today</source>
        <translation>今天 %1</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 分钟</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 小时</translation>
    </message>
    <message>
        <source>%1 d</source>
        <translation>%1 天</translation>
    </message>
    <message>
        <source>always</source>
        <translation>始终</translation>
    </message>
    <message>
        <source>ended %1</source>
        <translation>已于 %1 结束</translation>
    </message>
    <message>
        <source>%1 – %2</source>
        <translation>%1 – %2</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>至 %1</translation>
    </message>
    <message>
        <source>from %1</source>
        <translation>自 %1</translation>
    </message>
    <message>
        <source>since %1</source>
        <translation>自 %1</translation>
    </message>
</context>
<context>
    <name>TraceWords</name>
    <message>
        <source>the master switch is LEGACY</source>
        <translation>总开关为 LEGACY</translation>
    </message>
    <message>
        <source>the master switch is NEW, or forward only is on</source>
        <translation>总开关为 NEW，或已开启“只做转发”</translation>
    </message>
    <message>
        <source>an active rule for the user, in its window</source>
        <translation>有针对该用户、且在有效期内的启用规则</translation>
    </message>
    <message>
        <source>an active rule for the system, in its window</source>
        <translation>有针对该系统、且在有效期内的启用规则</translation>
    </message>
    <message>
        <source>an active time rule whose window holds now</source>
        <translation>有当前处于有效期内的启用时间规则</translation>
    </message>
    <message>
        <source>an insert, and inserts go to NEW</source>
        <translation>是新增请求，且新增走 NEW</translation>
    </message>
    <message>
        <source>the user or entity is held, and inconsistent ones stay on LEGACY</source>
        <translation>用户或实体被保留，且不一致者留在 LEGACY</translation>
    </message>
    <message>
        <source>LEGACY&apos;s key index lacks the entity, and what it lacks goes to NEW</source>
        <translation>LEGACY 键索引中没有该实体，且 LEGACY 没有的走 NEW</translation>
    </message>
    <message>
        <source>entity, user or interface on a gray list</source>
        <translation>实体、用户或接口在灰名单上</translation>
    </message>
    <message>
        <source>an enforced gray list of entities exists, the entity is not on it</source>
        <translation>存在强制执行的实体灰名单，而该实体不在其中</translation>
    </message>
    <message>
        <source>a numeric entity id at or above the threshold</source>
        <translation>实体 ID 为数字且不低于阈值</translation>
    </message>
    <message>
        <source>a member of a user group that is no draft</source>
        <translation>属于非草稿的用户组</translation>
    </message>
    <message>
        <source>a policy covers the system, no valid user id</source>
        <translation>有策略覆盖该系统，但没有有效的用户 ID</translation>
    </message>
    <message>
        <source>a policy covers the system: sticky bucket below the percentage</source>
        <translation>有策略覆盖该系统：固定分桶低于百分比</translation>
    </message>
    <message>
        <source>otherwise the default platform</source>
        <translation>否则走默认平台</translation>
    </message>
    <message>
        <source>Inserts go where the other lines say.</source>
        <translation>新增请求按其他行的规定走。</translation>
    </message>
    <message>
        <source>The request inserts, and inserts go to NEW.</source>
        <translation>该请求为新增，新增走 NEW。</translation>
    </message>
    <message>
        <source>The request does not insert.</source>
        <translation>该请求不是新增。</translation>
    </message>
    <message>
        <source>The request has no valid user id.</source>
        <translation>该请求没有有效的用户 ID。</translation>
    </message>
    <message>
        <source>The request has no valid system id.</source>
        <translation>该请求没有有效的系统 ID。</translation>
    </message>
    <message>
        <source>The request has no valid entity id.</source>
        <translation>该请求没有有效的实体 ID。</translation>
    </message>
    <message>
        <source>The request has a valid user id.</source>
        <translation>该请求有有效的用户 ID。</translation>
    </message>
    <message>
        <source>The request has neither a valid user id nor a valid entity id.</source>
        <translation>该请求既没有有效的用户 ID，也没有有效的实体 ID。</translation>
    </message>
    <message>
        <source>Neither the user nor the entity has a known difference.</source>
        <translation>该用户和该实体都没有已知的数据差异。</translation>
    </message>
    <message>
        <source>There is no complete index of LEGACY&apos;s keys.</source>
        <translation>没有 LEGACY 键的完整索引。</translation>
    </message>
    <message>
        <source>There is no gray list.</source>
        <translation>没有灰名单。</translation>
    </message>
    <message>
        <source>Neither the entity, the user nor the interface is on a gray list.</source>
        <translation>实体、用户和接口都不在灰名单上。</translation>
    </message>
    <message>
        <source>No gray list of entities is enforced.</source>
        <translation>没有强制执行的实体灰名单。</translation>
    </message>
    <message>
        <source>No id threshold is set.</source>
        <translation>未设置 ID 阈值。</translation>
    </message>
    <message>
        <source>No shift policy covers this request.</source>
        <translation>没有切流策略覆盖该请求。</translation>
    </message>
    <message>
        <source>User %1 and entity %2 have a confirmed difference</source>
        <translation>用户 %1 和实体 %2 有已确认的数据差异</translation>
    </message>
    <message>
        <source>User %1 has a confirmed difference</source>
        <translation>用户 %1 有已确认的数据差异</translation>
    </message>
    <message>
        <source>Entity %1 has a confirmed difference</source>
        <translation>实体 %1 有已确认的数据差异</translation>
    </message>
    <message>
        <source>%1; on NEW before holding began: nobody is moved back.</source>
        <translation>%1；保留开始前已在 NEW：不会把任何人移回。</translation>
    </message>
    <message>
        <source>%1; that counts once inconsistent ones are held on LEGACY.</source>
        <translation>%1；开启“不一致者留在 LEGACY”后才生效。</translation>
    </message>
    <message>
        <source>%1; on NEW already: holding inconsistent ones on LEGACY moves nobody back.</source>
        <translation>%1；已在 NEW：让不一致者留在 LEGACY 不会把任何人移回。</translation>
    </message>
    <message>
        <source>%1.</source>
        <translation>%1。</translation>
    </message>
    <message>
        <source>LEGACY&apos;s key index (%1 keys) has entity %2.</source>
        <translation>LEGACY 键索引（%1 个键）中有实体 %2。</translation>
    </message>
    <message>
        <source>LEGACY&apos;s key index (%1 keys) lacks entity %2; that counts once what LEGACY does not know goes to NEW.</source>
        <translation>LEGACY 键索引（%1 个键）中没有实体 %2；开启“LEGACY 没有的走 NEW”后才生效。</translation>
    </message>
    <message>
        <source>LEGACY&apos;s key index (%1 keys) lacks entity %2.</source>
        <translation>LEGACY 键索引（%1 个键）中没有实体 %2。</translation>
    </message>
    <message>
        <source>Entity %1 is on the gray list &quot;%2&quot;.</source>
        <translation>实体 %1 在灰名单“%2”上。</translation>
    </message>
    <message>
        <source>User %1 is on the gray list &quot;%2&quot;.</source>
        <translation>用户 %1 在灰名单“%2”上。</translation>
    </message>
    <message>
        <source>Interface %1 is on the gray list &quot;%2&quot;.</source>
        <translation>接口 %1 在灰名单“%2”上。</translation>
    </message>
    <message>
        <source>Entity %1 is on an enforced gray list.</source>
        <translation>实体 %1 在强制执行的灰名单上。</translation>
    </message>
    <message>
        <source>The gray list &quot;%1&quot; is enforced, and entity %2 is on no enforced list.</source>
        <translation>灰名单“%1”强制执行，而实体 %2 不在任何强制执行的名单上。</translation>
    </message>
    <message>
        <source>Entity %1 is no number; the threshold is %2.</source>
        <translation>实体 %1 不是数字；阈值为 %2。</translation>
    </message>
    <message>
        <source>Entity %1 has reached the threshold %2.</source>
        <translation>实体 %1 已达到阈值 %2。</translation>
    </message>
    <message>
        <source>Entity %1 is below the threshold %2.</source>
        <translation>实体 %1 低于阈值 %2。</translation>
    </message>
    <message>
        <source>User %1 is in no user group.</source>
        <translation>用户 %1 不在任何用户组中。</translation>
    </message>
    <message>
        <source>User %1 is in batch %2 of group &quot;%3&quot;, which has moved to %4.</source>
        <translation>用户 %1 在用户组“%3”的第 %2 批，该批已移至 %4。</translation>
    </message>
    <message>
        <source>User %1 is in batch %2 of group &quot;%3&quot;, which is still on %4.</source>
        <translation>用户 %1 在用户组“%3”的第 %2 批，该批仍在 %4。</translation>
    </message>
    <message>
        <source>The master switch is %1.</source>
        <translation>总开关为 %1。</translation>
    </message>
    <message>
        <source>The master switch is %1; forward only is on.</source>
        <translation>总开关为 %1；已开启“只做转发”。</translation>
    </message>
    <message>
        <source>The default platform is %1.</source>
        <translation>默认平台为 %1。</translation>
    </message>
    <message>
        <source>Policy &quot;%1&quot; covers every system; users without an id go to %2.</source>
        <translation>策略“%1”覆盖所有系统；没有 ID 的用户走 %2。</translation>
    </message>
    <message>
        <source>Policy &quot;%1&quot; covers system %2; users without an id go to %3.</source>
        <translation>策略“%1”覆盖系统 %2；没有 ID 的用户走 %3。</translation>
    </message>
    <message>
        <source>Policy &quot;%1&quot; covers every system at %2 %</source>
        <translation>策略“%1”以 %2 % 覆盖所有系统</translation>
    </message>
    <message>
        <source>Policy &quot;%1&quot; covers system %2 at %3 %</source>
        <translation>策略“%1”以 %3 % 覆盖系统 %2</translation>
    </message>
    <message>
        <source>%1 % of the sessions that began when this one did</source>
        <translation>与此会话同时开始的会话中的 %1 %</translation>
    </message>
    <message>
        <source>bucket %1 is below %2, so %3.</source>
        <translation>分桶 %1 低于 %2，因此走 %3。</translation>
    </message>
    <message>
        <source>bucket %1 is not below %2, so %3.</source>
        <translation>分桶 %1 不低于 %2，因此走 %3。</translation>
    </message>
    <message>
        <source>user %1</source>
        <translation>用户 %1</translation>
    </message>
    <message>
        <source>system %1</source>
        <translation>系统 %1</translation>
    </message>
    <message>
        <source>this time</source>
        <translation>这个时间</translation>
    </message>
    <message>
        <source>always</source>
        <translation>始终</translation>
    </message>
    <message>
        <source>from %1 until %2</source>
        <translation>从 %1 到 %2</translation>
    </message>
    <message>
        <source>from %1</source>
        <translation>从 %1 起</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>到 %1 为止</translation>
    </message>
    <message>
        <source>Rule &quot;%1&quot; (priority %2) holds %3 and says %4.</source>
        <translation>规则“%1”（优先级 %2）有效期：%3，规定走 %4。</translation>
    </message>
    <message>
        <source>%1 more for %2 come after it.</source>
        <translation>其后还有 %1 条针对%2的规则。</translation>
    </message>
    <message>
        <source>is switched off</source>
        <translation>已停用</translation>
    </message>
    <message>
        <source>has an empty window</source>
        <translation>有效期为空</translation>
    </message>
    <message>
        <source>starts at %1</source>
        <translation>%1 开始</translation>
    </message>
    <message>
        <source>ended at %1</source>
        <translation>已于 %1 结束</translation>
    </message>
    <message>
        <source>names an unknown time zone</source>
        <translation>时区未知</translation>
    </message>
    <message>
        <source>recurs %1, no more before it ends</source>
        <translation>按 %1 重复，结束前不再出现</translation>
    </message>
    <message>
        <source>recurs %1, next at %2</source>
        <translation>按 %1 重复，下次为 %2</translation>
    </message>
    <message>
        <source>&quot;%1&quot; (priority %2) %3</source>
        <translation>“%1”（优先级 %2）%3</translation>
    </message>
    <message>
        <source>and %1 more</source>
        <translation>另有 %1 条</translation>
    </message>
    <message>
        <source>No rule for %1 holds at %2: %3.</source>
        <translation>%2 时没有针对%1的有效规则：%3。</translation>
    </message>
    <message>
        <source>There is no rule for %1.</source>
        <translation>没有针对%1的规则。</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>TrialWords</name>
    <message>
        <source>n = %1</source>
        <translation>n = %1</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 毫秒</translation>
    </message>
</context>
<context>
    <name>crossfade::ActivityDrawer</name>
    <message>
        <source>Activity</source>
        <translation>活动记录</translation>
    </message>
    <message>
        <source>Nothing has happened since the console started.</source>
        <translation>自控制台启动以来没有任何活动。</translation>
    </message>
</context>
<context>
    <name>crossfade::ActivitySession</name>
    <message>
        <source>shift %1 stays at %2</source>
        <translation>切流 %1 保持在 %2</translation>
    </message>
    <message>
        <source>shift %1 %2 → %3</source>
        <translation>切流 %1 %2 → %3</translation>
    </message>
    <message>
        <source>a routing rule was deleted</source>
        <translation>一条路由规则已被删除</translation>
    </message>
    <message>
        <source>routing rule %1 was changed</source>
        <translation>路由规则 %1 已更改</translation>
    </message>
    <message>
        <source>switches: master %1, default %2</source>
        <translation>开关：总开关 %1，默认平台 %2</translation>
    </message>
    <message>
        <source>%1 asks for an approval</source>
        <translation>%1 请求审批</translation>
    </message>
    <message>
        <source>approval for %1: %2</source>
        <translation>%1 的审批：%2</translation>
    </message>
    <message>
        <source>check %1 ended: %2</source>
        <translation>检查 %1 已结束：%2</translation>
    </message>
    <message>
        <source>repair of %1: %2</source>
        <translation>%1 的修复：%2</translation>
    </message>
    <message>
        <source>not over its threshold</source>
        <translation>未达到阈值</translation>
    </message>
    <message>
        <source>routing rules imported: %1 new, %2 changed</source>
        <translation>已导入路由规则：新建 %1 条，修改 %2 条</translation>
    </message>
    <message>
        <source>an alert channel was deleted</source>
        <translation>一个告警通知渠道已删除</translation>
    </message>
    <message>
        <source>alert channel %1 was changed</source>
        <translation>告警通知渠道 %1 已修改</translation>
    </message>
    <message>
        <source>gray list %1 was deleted</source>
        <translation>灰度名单 %1 已删除</translation>
    </message>
    <message>
        <source>gray list %1 was changed: %2 entries</source>
        <translation>灰度名单 %1 已更改：%2 个条目</translation>
    </message>
    <message>
        <source>users with a confirmed difference: %1, entities: %2</source>
        <translation>已确认存在差异的用户：%1，实体：%2</translation>
    </message>
    <message>
        <source>index of LEGACY&apos;s keys: %1 keys, complete</source>
        <translation>LEGACY 主键索引：%1 个主键，完整</translation>
    </message>
    <message>
        <source>index of LEGACY&apos;s keys: %1 keys, not complete</source>
        <translation>LEGACY 主键索引：%1 个主键，不完整</translation>
    </message>
    <message>
        <source>user group %1, batch %2: %3</source>
        <translation>用户组 %1，第 %2 批：%3</translation>
    </message>
    <message>
        <source>user group %1: %2</source>
        <translation>用户组 %1：%2</translation>
    </message>
</context>
<context>
    <name>crossfade::AlertsDrawer</name>
    <message>
        <source>Alerts</source>
        <translation>告警</translation>
    </message>
    <message>
        <source>No open alerts. What was acknowledged is in Audit.</source>
        <translation>没有未确认的告警。已确认的告警可在“审计”中查看。</translation>
    </message>
    <message>
        <source>raised %1 times</source>
        <translation>已触发 %1 次</translation>
    </message>
    <message>
        <source>Acknowledge</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>Channels…</source>
        <translation>渠道…</translation>
    </message>
</context>
<context>
    <name>crossfade::ApprovalDialog</name>
    <message>
        <source>Approval</source>
        <translation>审批</translation>
    </message>
    <message>
        <source>Approval — %1</source>
        <translation>审批 — %1</translation>
    </message>
    <message>
        <source>Reason (needed to approve or reject, kept in the audit)</source>
        <translation>原因（批准或拒绝时必填，记入审计）</translation>
    </message>
    <message>
        <source>Evidence · %1</source>
        <translation>证据 · %1</translation>
    </message>
    <message>
        <source>requests decided by this policy</source>
        <translation>由此策略决定的请求</translation>
    </message>
    <message>
        <source>BREACH %1 of %2</source>
        <translation>超限 %1 / %2</translation>
    </message>
    <message>
        <source>Windows judged</source>
        <translation>已判定的窗口</translation>
    </message>
    <message>
        <source>What approving does</source>
        <translation>批准后的效果</translation>
    </message>
    <message>
        <source>The first answer is final. Nobody else has answered.</source>
        <translation>以最先的答复为准，目前无人答复。</translation>
    </message>
    <message>
        <source>Decide later</source>
        <translation>稍后决定</translation>
    </message>
    <message>
        <source>Reject, keep %1</source>
        <translation>拒绝，保持 %1</translation>
    </message>
    <message>
        <source>Approve roll back to %1</source>
        <translation>批准回滚到 %1</translation>
    </message>
    <message>
        <source>Approve %1</source>
        <translation>批准 %1</translation>
    </message>
    <message>
        <source>being counted …</source>
        <translation>正在统计…</translation>
    </message>
    <message>
        <source>Rejecting</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>keeps %1, HELD until an operator resumes</source>
        <translation>保持 %1，暂停直至操作员恢复</translation>
    </message>
    <message>
        <source>keeps %1; the shift waits for an operator</source>
        <translation>保持 %1；切流等待操作员处理</translation>
    </message>
    <message>
        <source>It is decided.</source>
        <translation>已有结论。</translation>
    </message>
    <message>
        <source>It is on its way.</source>
        <translation>正在提交。</translation>
    </message>
    <message>
        <source>Say why first.</source>
        <translation>请先填写原因。</translation>
    </message>
    <message>
        <source>Sent, waiting for the answer …</source>
        <translation>已提交，等待答复…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>“%1”</translation>
    </message>
    <message>
        <source>What must hold first</source>
        <translation>须先满足的条件</translation>
    </message>
    <message>
        <source>judged again when it is approved</source>
        <translation>批准时会重新判定</translation>
    </message>
    <message numerus="yes">
        <source>Answer for %n gate(s)</source>
        <translation>
            <numerusform>为 %n 个门禁负责</numerusform>
        </translation>
    </message>
    <message>
        <source>The gates are answered for; nothing is approved yet.</source>
        <translation>已为门禁负责；尚未批准任何内容。</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>changes nothing</source>
        <translation>不做任何更改</translation>
    </message>
    <message>
        <source>You asked for it: a second person must approve.</source>
        <translation>这是您提出的请求：必须由第二人批准。</translation>
    </message>
    <message numerus="yes">
        <source>%n gate(s) do not hold: they must, or somebody answers for them.</source>
        <translation>
            <numerusform>有 %n 个门禁未满足：须先满足，或由人为其负责。</numerusform>
        </translation>
    </message>
    <message>
        <source>not counted: %1</source>
        <translation>未能统计：%1</translation>
    </message>
    <message>
        <source>The first answer is final. Whoever asked cannot approve.</source>
        <translation>首个答复即为最终答复。提出请求的人不能批准。</translation>
    </message>
    <message>
        <source>Approve taking %1 back</source>
        <translation>批准回退 %1</translation>
    </message>
    <message>
        <source>keeps the batch where it is, HELD until an operator resumes</source>
        <translation>该批次留在原处，保持 HELD，直到操作员恢复</translation>
    </message>
    <message>
        <source>moves nobody; the group waits for an operator</source>
        <translation>不迁移任何人；用户组等待操作员</translation>
    </message>
</context>
<context>
    <name>crossfade::ApprovalWindowModel</name>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Must be</source>
        <translation>要求</translation>
    </message>
    <message>
        <source>n</source>
        <translation>n</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>结论</translation>
    </message>
</context>
<context>
    <name>crossfade::ApprovalsSession</name>
    <message>
        <source>rolled back at this router; not yet stored, will be stored when the database answers</source>
        <translation>已在此路由器上回滚；尚未存储，数据库恢复响应后将自动存储</translation>
    </message>
</context>
<context>
    <name>crossfade::AssignDialog</name>
    <message>
        <source>Assign the task</source>
        <translation>指派任务</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Assign</source>
        <translation>指派</translation>
    </message>
    <message>
        <source>Assign %1 tasks</source>
        <translation>分派 %1 个任务</translation>
    </message>
</context>
<context>
    <name>crossfade::AssigneeField</name>
    <message>
        <source>To a person or a role</source>
        <translation>给个人或角色</translation>
    </message>
    <message>
        <source>A person</source>
        <translation>个人</translation>
    </message>
    <message>
        <source>All operators</source>
        <translation>所有操作员</translation>
    </message>
    <message>
        <source>All approvers</source>
        <translation>所有审批人</translation>
    </message>
    <message>
        <source>Person the task goes to</source>
        <translation>任务接收人</translation>
    </message>
    <message>
        <source>To</source>
        <translation>指派给</translation>
    </message>
    <message>
        <source>the name of the person&apos;s token</source>
        <translation>该人员令牌的名称</translation>
    </message>
    <message>
        <source>Name a person.</source>
        <translation>请填写人员。</translation>
    </message>
    <message>
        <source>1 to 100 of A–Z a–z 0–9 . _ @ + | -</source>
        <translation>1 到 100 个字符：A–Z a–z 0–9 . _ @ + | -</translation>
    </message>
</context>
<context>
    <name>crossfade::AssignmentRuleEditor</name>
    <message>
        <source>New assignment rule</source>
        <translation>新建分派规则</translation>
    </message>
    <message>
        <source>Assignment rule</source>
        <translation>分派规则</translation>
    </message>
    <message>
        <source>any</source>
        <translation>任意</translation>
    </message>
    <message>
        <source>Data type</source>
        <translation>数据类型</translation>
    </message>
    <message>
        <source>empty: any</source>
        <translation>空：任意</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>empty: any; else repairs that write this field</source>
        <translation>空：任意；否则为写此字段的修复</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Add to the list</source>
        <translation>加入列表</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>at most 128 bytes</source>
        <translation>最多 128 字节</translation>
    </message>
    <message>
        <source>Only rows that are DIFFERENT are so in a field: the rule would never apply.</source>
        <translation>只有“不同”的行才有字段差异：此规则永不会生效。</translation>
    </message>
</context>
<context>
    <name>crossfade::AssignmentRuleModel</name>
    <message>
        <source>all operators</source>
        <translation>所有操作员</translation>
    </message>
    <message>
        <source>all approvers</source>
        <translation>所有审批人</translation>
    </message>
    <message>
        <source>any</source>
        <translation>任意</translation>
    </message>
    <message>
        <source>never applies: rule %1 takes all that it would</source>
        <translation>永不生效：规则 %1 已涵盖它的全部</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>Data type</source>
        <translation>数据类型</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Assigned to</source>
        <translation>分派给</translation>
    </message>
</context>
<context>
    <name>crossfade::AssignmentRulesDialog</name>
    <message>
        <source>Assignment rules</source>
        <translation>分派规则</translation>
    </message>
    <message>
        <source>who gets a new repair to see to: the first rule that fits wins</source>
        <translation>新修复交给谁：第一条符合的规则生效</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>Assignment rules, in order</source>
        <translation>分派规则，按顺序</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>添加…</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>编辑…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Try a repair</source>
        <translation>试一个修复</translation>
    </message>
    <message>
        <source>Data type</source>
        <translation>数据类型</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>Fields that differ</source>
        <translation>不同的字段</translation>
    </message>
    <message>
        <source>Against the list as it is here, also before it is saved. Repairs that exist keep whom they have.</source>
        <translation>按此处的列表试，保存之前也可以。已有的修复保持原来的负责人。</translation>
    </message>
    <message>
        <source>Take what is stored</source>
        <translation>采用已存的</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Save the list</source>
        <translation>保存列表</translation>
    </message>
    <message>
        <source>%1 changed the list meanwhile. Your edits are kept: saving replaces theirs.</source>
        <translation>期间 %1 改了列表。您的改动已保留：保存会替换对方的。</translation>
    </message>
    <message>
        <source>edited, not saved</source>
        <translation>已改动，未保存</translation>
    </message>
    <message>
        <source>The rules could not be read</source>
        <translation>无法读取规则</translation>
    </message>
    <message>
        <source>New repairs are assigned by what is stored.</source>
        <translation>新修复按已存的规则分派。</translation>
    </message>
    <message>
        <source>Nobody is assigned by itself</source>
        <translation>没有自动分派</translation>
    </message>
    <message>
        <source>A rule gives new repairs of a data type, a kind of difference or a field to a person or a role, who is told.</source>
        <translation>规则把某数据类型、某种差异或某字段的新修复交给个人或角色，并通知对方。</translation>
    </message>
    <message>
        <source>Add a rule…</source>
        <translation>添加规则…</translation>
    </message>
    <message>
        <source>It is on its way.</source>
        <translation>正在提交。</translation>
    </message>
    <message>
        <source>The rules are not known yet.</source>
        <translation>规则尚未读到。</translation>
    </message>
    <message>
        <source>There are %1 rules: more are not kept.</source>
        <translation>已有 %1 条规则：不能再多。</translation>
    </message>
    <message>
        <source>Choose a rule first.</source>
        <translation>请先选择一条规则。</translation>
    </message>
    <message>
        <source>It is the first.</source>
        <translation>已是第一条。</translation>
    </message>
    <message>
        <source>It is the last.</source>
        <translation>已是最后一条。</translation>
    </message>
    <message>
        <source>There is nothing to take back.</source>
        <translation>没有可撤回的。</translation>
    </message>
    <message>
        <source>Nothing is edited.</source>
        <translation>没有改动。</translation>
    </message>
    <message>
        <source>Name a data type.</source>
        <translation>请填写数据类型。</translation>
    </message>
    <message>
        <source>Rule %1: it goes to %2.</source>
        <translation>规则 %1：交给%2。</translation>
    </message>
    <message>
        <source>No rule fits: it stays unassigned.</source>
        <translation>没有规则符合：保持未分派。</translation>
    </message>
    <message>
        <source>Sent, waiting for the answer …</source>
        <translation>已提交，等待答复…</translation>
    </message>
    <message>
        <source>Saved: it holds for repairs from now on.</source>
        <translation>已保存：对此后的修复生效。</translation>
    </message>
    <message>
        <source>Not saved: %1 changed the list meanwhile. Your edits are kept: saving again replaces theirs.</source>
        <translation>未保存：期间 %1 改了列表。您的改动已保留：再次保存会替换对方的。</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>未保存</translation>
    </message>
    <message>
        <source>Look at rule %1.</source>
        <translation>请查看规则 %1。</translation>
    </message>
    <message>
        <source>Throw the edits away?</source>
        <translation>放弃改动？</translation>
    </message>
    <message>
        <source>The list is edited and not saved.</source>
        <translation>列表已改动但未保存。</translation>
    </message>
    <message>
        <source>Throw away</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Keep editing</source>
        <translation>继续编辑</translation>
    </message>
    <message>
        <source>Somebody changed this rule meanwhile: yours is added at the end.</source>
        <translation>其他人同时更改了这条规则：你的规则已添加到末尾。</translation>
    </message>
</context>
<context>
    <name>crossfade::AssignmentRulesSession</name>
    <message>
        <source>assignment rules saved</source>
        <translation>分派规则已保存</translation>
    </message>
</context>
<context>
    <name>crossfade::AuditChangeModel</name>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>变更前</translation>
    </message>
    <message>
        <source>After</source>
        <translation>变更后</translation>
    </message>
</context>
<context>
    <name>crossfade::AuditModel</name>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>操作者</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Object</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>变更内容</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
</context>
<context>
    <name>crossfade::AuditPage</name>
    <message>
        <source>Audit</source>
        <translation>审计</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>操作者</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Object id</source>
        <translation>对象 ID</translation>
    </message>
    <message>
        <source>Entries</source>
        <translation>条目</translation>
    </message>
    <message>
        <source>Audit entries</source>
        <translation>审计条目</translation>
    </message>
    <message>
        <source>Written: %1 (%2 bytes)</source>
        <translation>已写入：%1（%2 字节）</translation>
    </message>
    <message>
        <source>Router</source>
        <translation>路由器</translation>
    </message>
    <message>
        <source>Comparator</source>
        <translation>比对器</translation>
    </message>
    <message>
        <source>Time range</source>
        <translation>时间范围</translation>
    </message>
    <message>
        <source>Any time</source>
        <translation>不限时间</translation>
    </message>
    <message>
        <source>Last hour</source>
        <translation>最近 1 小时</translation>
    </message>
    <message>
        <source>Last 24 hours</source>
        <translation>最近 24 小时</translation>
    </message>
    <message>
        <source>Last 7 days</source>
        <translation>最近 7 天</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>最近 30 天</translation>
    </message>
    <message>
        <source>CSV…</source>
        <translation>CSV…</translation>
    </message>
    <message>
        <source>NDJSON…</source>
        <translation>NDJSON…</translation>
    </message>
    <message>
        <source>Verify chain</source>
        <translation>校验审计链</translation>
    </message>
    <message>
        <source>Entry</source>
        <translation>条目详情</translation>
    </message>
    <message>
        <source>Before and after</source>
        <translation>变更前后</translation>
    </message>
    <message>
        <source>The audit could not be read</source>
        <translation>无法读取审计</translation>
    </message>
    <message>
        <source>Nothing is lost: it is kept by the service, not here.</source>
        <translation>数据没有丢失：审计保存在服务端，而非本机。</translation>
    </message>
    <message>
        <source>No entry fits</source>
        <translation>没有符合条件的条目</translation>
    </message>
    <message>
        <source>Every change of rules, shifts, repairs and approvals is kept here, chained so that no edit goes unseen.</source>
        <translation>规则、切流、修复与审批的每次变更都记录在此，并链式存证，任何改动都无法隐藏。</translation>
    </message>
    <message>
        <source>%1 in all, newest first</source>
        <translation>共 %1 条，最新在前</translation>
    </message>
    <message>
        <source>newer entries · show</source>
        <translation>有新条目 · 显示</translation>
    </message>
    <message>
        <source>The service does not answer.</source>
        <translation>服务无响应。</translation>
    </message>
    <message>
        <source>It is being verified.</source>
        <translation>正在校验。</translation>
    </message>
    <message>
        <source>Choose an entry to see what it changed.</source>
        <translation>选择一条记录以查看其变更内容。</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>reason “%1”</source>
        <translation>原因“%1”</translation>
    </message>
    <message>
        <source>request %1</source>
        <translation>请求 %1</translation>
    </message>
    <message>
        <source>hash %1</source>
        <translation>哈希 %1</translation>
    </message>
    <message>
        <source>VERIFYING</source>
        <translation>校验中</translation>
    </message>
    <message>
        <source>NOT VERIFIED</source>
        <translation>校验失败</translation>
    </message>
    <message>
        <source>NOT VERIFIED YET</source>
        <translation>尚未校验</translation>
    </message>
    <message>
        <source>CHAIN INTACT · %1</source>
        <translation>审计链完整 · %1</translation>
    </message>
    <message>
        <source>Every entry fits the one before it; checked %1.</source>
        <translation>每条记录都与前一条吻合；校验于 %1。</translation>
    </message>
    <message>
        <source>CHAIN BROKEN</source>
        <translation>审计链已损坏</translation>
    </message>
    <message>
        <source>First at entry %1: %2</source>
        <translation>首个异常在条目 %1：%2</translation>
    </message>
    <message>
        <source>Export the audit</source>
        <translation>导出审计</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>NDJSON (*.ndjson)</source>
        <translation>NDJSON (*.ndjson)</translation>
    </message>
    <message>
        <source>These are the entries read before; reading on failed: %1</source>
        <translation>这些是先前读取的条目；继续读取失败：%1</translation>
    </message>
</context>
<context>
    <name>crossfade::AuditSession</name>
    <message>
        <source>%1 could not be written: %2</source>
        <translation>无法写入 %1：%2</translation>
    </message>
</context>
<context>
    <name>crossfade::BlockingGateModel</name>
    <message>
        <source>Policy</source>
        <translation>策略</translation>
    </message>
    <message>
        <source>Gate</source>
        <translation>门禁</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
</context>
<context>
    <name>crossfade::BulkDialog</name>
    <message>
        <source>Decide by filter</source>
        <translation>按筛选决定</translation>
    </message>
    <message>
        <source>One decision on all open tasks that the filter finds: on all of them or, if their number changes meanwhile, on none.</source>
        <translation>对筛选出的所有待处理任务作一次决定：要么全部，若期间数量有变则一个也不做。</translation>
    </message>
    <message>
        <source>Nothing was decided</source>
        <translation>未作决定</translation>
    </message>
    <message>
        <source>Approve or reject</source>
        <translation>批准或驳回</translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>批准</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>Data type</source>
        <translation>数据类型</translation>
    </message>
    <message>
        <source>any</source>
        <translation>任意</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>变更</translation>
    </message>
    <message>
        <source>update fields</source>
        <translation>更新字段</translation>
    </message>
    <message>
        <source>insert a row</source>
        <translation>插入一行</translation>
    </message>
    <message>
        <source>delete a row</source>
        <translation>删除一行</translation>
    </message>
    <message>
        <source>Written to</source>
        <translation>写入</translation>
    </message>
    <message>
        <source>either side</source>
        <translation>任一方</translation>
    </message>
    <message>
        <source>Assigned to</source>
        <translation>分派给</translation>
    </message>
    <message>
        <source>anybody or nobody</source>
        <translation>任何人或无人</translation>
    </message>
    <message>
        <source>me</source>
        <translation>我</translation>
    </message>
    <message>
        <source>all operators</source>
        <translation>所有操作员</translation>
    </message>
    <message>
        <source>all approvers</source>
        <translation>所有审批人</translation>
    </message>
    <message>
        <source>Text in the entity or the sentence</source>
        <translation>实体或说明中的文字</translation>
    </message>
    <message>
        <source>What the decision would do</source>
        <translation>此决定的效果</translation>
    </message>
    <message>
        <source>When it is carried out</source>
        <translation>执行时间</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>立即</translation>
    </message>
    <message>
        <source>At</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Number of tasks, typed back</source>
        <translation>回填任务数</translation>
    </message>
    <message>
        <source>Ctrl+Enter confirms.</source>
        <translation>Ctrl+Enter 确认。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>It is on its way.</source>
        <translation>正在提交。</translation>
    </message>
    <message>
        <source>What it would do is not known yet.</source>
        <translation>效果尚未知。</translation>
    </message>
    <message>
        <source>At most %1 with one decision: narrow the filter.</source>
        <translation>一次最多 %1 个：请收窄筛选。</translation>
    </message>
    <message>
        <source>The filter finds nothing that can be decided on.</source>
        <translation>筛选不到可以决定的任务。</translation>
    </message>
    <message>
        <source>Type %1 to confirm as many.</source>
        <translation>输入 %1 以确认这么多。</translation>
    </message>
    <message>
        <source>Say why first.</source>
        <translation>请先填写原因。</translation>
    </message>
    <message>
        <source>More than %1 are found. One decision takes at most so many: narrow the filter.</source>
        <translation>找到超过 %1 个。一次决定最多这么多：请收窄筛选。</translation>
    </message>
    <message>
        <source>The tasks could not be counted</source>
        <translation>未能统计任务数</translation>
    </message>
    <message>
        <source>Nothing was decided.</source>
        <translation>未作决定。</translation>
    </message>
    <message>
        <source>Reject %1</source>
        <translation>驳回 %1 个</translation>
    </message>
    <message>
        <source>Approve %1 for then</source>
        <translation>批准 %1 个，届时执行</translation>
    </message>
    <message>
        <source>Approve %1 and run</source>
        <translation>批准并执行 %1 个</translation>
    </message>
    <message>
        <source>Sent, waiting for the answer …</source>
        <translation>已提交，等待答复…</translation>
    </message>
</context>
<context>
    <name>crossfade::CellDelegate</name>
    <message>
        <source>WAS %1</source>
        <translation>曾为 %1</translation>
    </message>
    <message>
        <source>on</source>
        <translation>开</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
</context>
<context>
    <name>crossfade::ChangeWindowFields</name>
    <message>
        <source>Change windows</source>
        <translation>变更窗口</translation>
    </message>
    <message>
        <source>steps up are taken inside them only; without any, at any time</source>
        <translation>只在窗口内向上推进；不设窗口则任何时间均可</translation>
    </message>
    <message>
        <source>Add window</source>
        <translation>添加窗口</translation>
    </message>
    <message>
        <source>Remove this window</source>
        <translation>删除此窗口</translation>
    </message>
</context>
<context>
    <name>crossfade::ChannelEditor</name>
    <message>
        <source>stored; leave it empty to keep it</source>
        <translation>已保存；留空则保持不变</translation>
    </message>
    <message>
        <source>It is fixed once the channel was made.</source>
        <translation>渠道创建后不能更改。</translation>
    </message>
    <message>
        <source>the password of the user</source>
        <translation>该用户的密码</translation>
    </message>
    <message>
        <source>sent as a bearer token; may be empty</source>
        <translation>作为 Bearer 令牌发送；可留空</translation>
    </message>
    <message>
        <source>signs each message; empty if the robot asks for none</source>
        <translation>用于对每条消息签名；机器人未要求签名时留空</translation>
    </message>
    <message numerus="yes">
        <source>%n field(s) need a look first.</source>
        <translation>
            <numerusform>有 %n 个字段需要先修正。</numerusform>
        </translation>
    </message>
    <message>
        <source>It is on its way.</source>
        <translation>正在提交。</translation>
    </message>
    <message>
        <source>Sent, waiting for the answer …</source>
        <translation>已提交，等待答复…</translation>
    </message>
    <message>
        <source>No answer: it may or may not have been saved. Look at the list before saving again. (%1)</source>
        <translation>没有应答：可能已保存，也可能没有。再次保存前请先查看列表。（%1）</translation>
    </message>
    <message>
        <source>%1 changed this channel meanwhile. What you wrote is kept: saving again replaces theirs.</source>
        <translation>%1 刚刚修改了此渠道。您填写的内容已保留：再次保存将覆盖对方的修改。</translation>
    </message>
    <message>
        <source>Not saved: somebody deleted this channel meanwhile.</source>
        <translation>未保存：此渠道刚刚被他人删除。</translation>
    </message>
    <message>
        <source>Not saved: %1</source>
        <translation>未保存：%1</translation>
    </message>
    <message numerus="yes">
        <source>Not saved: the router refuses %n field(s).</source>
        <translation>
            <numerusform>未保存：路由服务拒绝了 %n 个字段。</numerusform>
        </translation>
    </message>
    <message>
        <source>New channel</source>
        <translation>新建渠道</translation>
    </message>
    <message>
        <source>Edit the channel %1</source>
        <translation>编辑渠道 %1</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Secret</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Remove the stored secret</source>
        <translation>删除已保存的密钥</translation>
    </message>
    <message>
        <source>Mail server</source>
        <translation>邮件服务器</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Sender</source>
        <translation>发件人</translation>
    </message>
    <message>
        <source>Recipients</source>
        <translation>收件人</translation>
    </message>
    <message>
        <source>From which severity on</source>
        <translation>最低告警级别</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>It holds the key of the service: it is kept by the router and never shown.</source>
        <translation>其中包含该服务的密钥：由路由服务保存，不会显示。</translation>
    </message>
    <message>
        <source>host, or host:port</source>
        <translation>主机名，或 主机名:端口</translation>
    </message>
    <message>
        <source>Encryption</source>
        <translation>加密方式</translation>
    </message>
    <message>
        <source>empty: without signing in</source>
        <translation>留空：不登录</translation>
    </message>
    <message>
        <source>with commas between</source>
        <translation>用逗号分隔</translation>
    </message>
    <message>
        <source>Which alerts</source>
        <translation>哪些告警</translation>
    </message>
    <message>
        <source>none chosen: all</source>
        <translation>都不选则为全部</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Add channel</source>
        <translation>添加渠道</translation>
    </message>
    <message>
        <source>Save channel</source>
        <translation>保存渠道</translation>
    </message>
</context>
<context>
    <name>crossfade::ChannelModel</name>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>送往</translation>
    </message>
    <message>
        <source>Alerts</source>
        <translation>告警</translation>
    </message>
    <message>
        <source>Severity</source>
        <translation>级别</translation>
    </message>
</context>
<context>
    <name>crossfade::ChannelsDialog</name>
    <message>
        <source>%1, of every severity</source>
        <translation>%1，所有级别</translation>
    </message>
    <message>
        <source>%1, from %2 on</source>
        <translation>%1，%2及以上级别</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>送往</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>服务器</translation>
    </message>
    <message>
        <source>Sender</source>
        <translation>发件人</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Secret</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>stored</source>
        <translation>已保存</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Alerts</source>
        <translation>告警</translation>
    </message>
    <message>
        <source>Last</source>
        <translation>最近一次</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>修改</translation>
    </message>
    <message>
        <source>by %1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>The test was not sent</source>
        <translation>测试消息未发出</translation>
    </message>
    <message>
        <source>%1: %2 (%3)</source>
        <translation>%1：%2（%3）</translation>
    </message>
    <message>
        <source>The channels could not be read</source>
        <translation>无法读取通知渠道</translation>
    </message>
    <message>
        <source>Who is told goes on being told: the router does that by itself.</source>
        <translation>通知不会中断：由路由服务自行发送。</translation>
    </message>
    <message>
        <source>Nobody is told outside this console</source>
        <translation>控制台以外无人收到通知</translation>
    </message>
    <message>
        <source>A channel tells a chat or mailboxes of alerts: a webhook, Slack, DingTalk, WeCom, Feishu, or mail.</source>
        <translation>渠道会把告警发到聊天群或邮箱：Webhook、Slack、钉钉、企业微信、飞书或邮件。</translation>
    </message>
    <message>
        <source>Add a channel…</source>
        <translation>添加渠道…</translation>
    </message>
    <message>
        <source>The channel</source>
        <translation>该渠道</translation>
    </message>
    <message>
        <source>Choose a channel first.</source>
        <translation>请先选择一个渠道。</translation>
    </message>
    <message>
        <source>It is on its way.</source>
        <translation>正在提交。</translation>
    </message>
    <message>
        <source>A test is on its way.</source>
        <translation>正在发送测试消息。</translation>
    </message>
    <message>
        <source>No channel is chosen</source>
        <translation>未选择渠道</translation>
    </message>
    <message>
        <source>The deliveries could not be read</source>
        <translation>无法读取发送记录</translation>
    </message>
    <message>
        <source>Nothing was told yet</source>
        <translation>尚未发送过</translation>
    </message>
    <message>
        <source>A test shows whether it arrives.</source>
        <translation>发送一条测试消息即可确认能否送达。</translation>
    </message>
    <message>
        <source>%1 is saved. A test shows whether it arrives.</source>
        <translation>%1 已保存。发送一条测试消息即可确认能否送达。</translation>
    </message>
    <message>
        <source>Delete the channel %1?</source>
        <translation>删除渠道 %1？</translation>
    </message>
    <message>
        <source>It is told of nothing any more. What came of its deliveries is deleted with it.</source>
        <translation>此后不再向它发送任何告警，其发送记录也一并删除。</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Sent, waiting for the answer …</source>
        <translation>已提交，等待答复…</translation>
    </message>
    <message>
        <source>%1 is deleted.</source>
        <translation>%1 已删除。</translation>
    </message>
    <message>
        <source>Not deleted: somebody changed %1 meanwhile. Look at it again.</source>
        <translation>未删除：%1 刚刚被他人修改，请再次确认。</translation>
    </message>
    <message>
        <source>Not deleted</source>
        <translation>未删除</translation>
    </message>
    <message>
        <source>Sending a test to %1 …</source>
        <translation>正在向 %1 发送测试消息…</translation>
    </message>
    <message>
        <source>%1 took the test.</source>
        <translation>%1 已收到测试消息。</translation>
    </message>
    <message>
        <source>%1 did not take the test: %2</source>
        <translation>%1 未收到测试消息：%2</translation>
    </message>
    <message>
        <source>Alert channels</source>
        <translation>告警通知渠道</translation>
    </message>
    <message>
        <source>Alert channels — %1</source>
        <translation>告警通知渠道 — %1</translation>
    </message>
    <message>
        <source>who is told of alerts beside this console, and what came of it</source>
        <translation>除本控制台外告警还通知谁，以及结果如何</translation>
    </message>
    <message>
        <source>Channels</source>
        <translation>渠道</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>添加…</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>编辑…</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>渠道</translation>
    </message>
    <message>
        <source>No channel is chosen.</source>
        <translation>未选择渠道。</translation>
    </message>
    <message>
        <source>Send a test</source>
        <translation>发送测试消息</translation>
    </message>
    <message>
        <source>Last deliveries</source>
        <translation>最近的发送记录</translation>
    </message>
    <message>
        <source>kept for 30 days</source>
        <translation>保留 30 天</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>crossfade::Chart</name>
    <message>
        <source>no data</source>
        <translation>无数据</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>threshold %1</source>
        <translation>阈值 %1</translation>
    </message>
    <message>
        <source>no data in this range</source>
        <translation>此时间段没有数据</translation>
    </message>
</context>
<context>
    <name>crossfade::CheckDialog</name>
    <message>
        <source>Repair what a run confirms, without asking</source>
        <translation>运行确认的差异直接修复，不再询问</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>New check</source>
        <translation>新建检查</translation>
    </message>
    <message>
        <source>Edit check</source>
        <translation>编辑检查</translation>
    </message>
    <message>
        <source>Name of the check</source>
        <translation>检查名称</translation>
    </message>
    <message>
        <source>Mapping of the check</source>
        <translation>检查所用的映射</translation>
    </message>
    <message>
        <source>Threshold in percent</source>
        <translation>阈值（百分比）</translation>
    </message>
    <message>
        <source>Sample size in rows</source>
        <translation>抽样行数</translation>
    </message>
    <message>
        <source>all rows</source>
        <translation>所有行</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Mapping</source>
        <translation>映射</translation>
    </message>
    <message>
        <source>which tables, key and fields</source>
        <translation>比对哪些表、键与字段</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>a full run below it raises an alert</source>
        <translation>全量运行低于此值时触发告警</translation>
    </message>
    <message>
        <source>Sample size</source>
        <translation>抽样大小</translation>
    </message>
    <message>
        <source>rows a run by itself draws; 0 = all</source>
        <translation>自动运行时抽取的行数；0 = 全部</translation>
    </message>
    <message>
        <source>Take what is stored</source>
        <translation>采用已存的</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Create check</source>
        <translation>创建检查</translation>
    </message>
    <message>
        <source>Save check</source>
        <translation>保存检查</translation>
    </message>
    <message>
        <source>1 to 200 bytes, no control characters</source>
        <translation>1 到 200 字节，不含控制字符</translation>
    </message>
    <message>
        <source>The check needs a name.</source>
        <translation>检查需要一个名称。</translation>
    </message>
    <message>
        <source>The time at which it runs is not complete.</source>
        <translation>运行时间不完整。</translation>
    </message>
    <message>
        <source>There is no mapping yet.</source>
        <translation>尚无映射。</translation>
    </message>
    <message>
        <source>The mappings are not read yet.</source>
        <translation>映射尚未读取。</translation>
    </message>
    <message>
        <source>Sent to the comparator…</source>
        <translation>已提交到比对器…</translation>
    </message>
    <message>
        <source>Somebody else saved this check meanwhile. Stored now:</source>
        <translation>在此期间有人保存了此检查。现在保存的内容：</translation>
    </message>
    <message>
        <source>sample of %1</source>
        <translation>抽样 %1 行</translation>
    </message>
    <message>
        <source>threshold %1 %</source>
        <translation>阈值 %1 %</translation>
    </message>
    <message>
        <source>repairs without asking</source>
        <translation>自动修复</translation>
    </message>
    <message>
        <source>repairs on request</source>
        <translation>按请求修复</translation>
    </message>
    <message>
        <source>active</source>
        <translation>已启用</translation>
    </message>
    <message>
        <source>not active</source>
        <translation>未启用</translation>
    </message>
    <message>
        <source>Save mine over it</source>
        <translation>用我的覆盖保存</translation>
    </message>
    <message>
        <source>another check has this name</source>
        <translation>已有另一个检查使用此名称</translation>
    </message>
</context>
<context>
    <name>crossfade::CheckModel</name>
    <message>
        <source>never</source>
        <translation>从未</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>never run</source>
        <translation>从未运行</translation>
    </message>
    <message>
        <source>%1 results</source>
        <translation>%1 个结果</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Consistent</source>
        <translation>一致率</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>Trend</source>
        <translation>趋势</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>未解决</translation>
    </message>
    <message>
        <source>Last run (%1)</source>
        <translation>上次运行（%1）</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
</context>
<context>
    <name>crossfade::ChecksPane</name>
    <message>
        <source>Checks</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>trend of the last runs</source>
        <translation>最近各次运行的趋势</translation>
    </message>
    <message>
        <source>Consistency checks</source>
        <translation>一致性检查</translation>
    </message>
    <message>
        <source>The checks could not be read</source>
        <translation>无法读取检查</translation>
    </message>
    <message>
        <source>Runs that are under way go on in the comparator.</source>
        <translation>正在进行的检查会在比对器中继续运行。</translation>
    </message>
    <message>
        <source>No check yet</source>
        <translation>尚无检查</translation>
    </message>
    <message>
        <source>A check compares a mapped table of LEGACY and NEW, row by row.</source>
        <translation>检查会逐行比对 LEGACY 与 NEW 中已映射的表。</translation>
    </message>
    <message>
        <source>New check…</source>
        <translation>新建检查…</translation>
    </message>
</context>
<context>
    <name>crossfade::ColumnWidths</name>
    <message>
        <source>Standard widths and order</source>
        <translation>恢复标准列宽与排序</translation>
    </message>
</context>
<context>
    <name>crossfade::CommandPalette</name>
    <message>
        <source>Go to user, rule, policy, action…</source>
        <translation>查找用户、规则、策略、操作…</translation>
    </message>
    <message>
        <source>Choices</source>
        <translation>选项</translation>
    </message>
    <message>
        <source>Where is user %1 served, and why?</source>
        <translation>用户 %1 由哪个平台服务，为什么？</translation>
    </message>
    <message>
        <source>user</source>
        <translation>用户</translation>
    </message>
</context>
<context>
    <name>crossfade::ConflictDialog</name>
    <message>
        <source>%1 was changed meanwhile</source>
        <translation>%1 在此期间已被更改</translation>
    </message>
    <message>
        <source>%1 was deleted meanwhile</source>
        <translation>%1 在此期间已被删除</translation>
    </message>
    <message>
        <source>By %1. Choose field by field what is to hold; saving then overwrites nothing unseen.</source>
        <translation>更改者：%1。请逐字段选择保留哪一方；保存不会覆盖您没有看到的内容。</translation>
    </message>
    <message>
        <source>Your version can be kept as a new rule.</source>
        <translation>您的版本可以保留为一条新规则。</translation>
    </message>
    <message>
        <source>Decide later</source>
        <translation>稍后决定</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Keep as a new rule</source>
        <translation>保留为新规则</translation>
    </message>
    <message>
        <source>the same</source>
        <translation>相同</translation>
    </message>
    <message>
        <source>%1: mine, %2</source>
        <translation>%1：我的版本，%2</translation>
    </message>
    <message>
        <source>%1: theirs, %2</source>
        <translation>%1：对方版本，%2</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Mine</source>
        <translation>我的版本</translation>
    </message>
    <message>
        <source>Theirs, saved</source>
        <translation>对方版本（已保存）</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>For</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Serves</source>
        <translation>服务平台</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>优先级</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>on</source>
        <translation>开</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>From</source>
        <translation>起始</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>截止</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>By %1, after you had chosen to delete it. This is what it says now.</source>
        <translation>由 %1 修改，当时您已选择删除它。以下是它现在的内容。</translation>
    </message>
    <message>
        <source>Keep theirs</source>
        <translation>保留对方的版本</translation>
    </message>
    <message>
        <source>Give mine up</source>
        <translation>放弃我的版本</translation>
    </message>
    <message>
        <source>Delete it all the same</source>
        <translation>仍然删除</translation>
    </message>
    <message>
        <source>When you chose</source>
        <translation>您选择删除时</translation>
    </message>
    <message>
        <source>Repeats</source>
        <translation>重复</translation>
    </message>
</context>
<context>
    <name>crossfade::Connection</name>
    <message>
        <source>router</source>
        <translation>路由器</translation>
    </message>
    <message>
        <source>comparator</source>
        <translation>比对器</translation>
    </message>
    <message numerus="yes">
        <source>%1 is back: was away %2 s, %n event(s) missed, now caught up</source>
        <translation>
            <numerusform>%1 已恢复连接：中断 %2 秒，错过 %n 个事件，现已补齐</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 is back but can&apos;t tell what happened meanwhile: everything was read anew</source>
        <translation>%1 已恢复，但无法说明期间发生了什么：已全部重新读取</translation>
    </message>
    <message>
        <source>another connection was chosen before the answer came</source>
        <translation>收到应答前已切换到其他连接</translation>
    </message>
    <message>
        <source>%1 at %2 is no replica of the others: it has another store, and is not asked any more</source>
        <translation>%2 上的%1不是其余地址的副本：其存储不同，不再向它发送请求</translation>
    </message>
    <message>
        <source>%1: goes on at %2 instead of %3</source>
        <translation>%1：已切换到 %2，不再使用 %3</translation>
    </message>
</context>
<context>
    <name>crossfade::ConnectionLink</name>
    <message>
        <source>%1 is not a %2: it calls itself “%3”.</source>
        <translation>%1 不是 %2：它自称“%3”。</translation>
    </message>
    <message>
        <source>%1 is no replica of %2: it has another store. Mend the profile&apos;s addresses.</source>
        <translation>%1 不是 %2 的副本：其存储不同。请更正配置中的地址。</translation>
    </message>
</context>
<context>
    <name>crossfade::ConnectionTest</name>
    <message>
        <source>It answers, but not as a Crossfade service does.</source>
        <translation>有响应，但不是 Crossfade 服务的响应。</translation>
    </message>
    <message>
        <source>Wrong service: this is %1, expected is %2.</source>
        <translation>服务不符：这是 %1，应为 %2。</translation>
    </message>
    <message>
        <source>Version %1 of %2 does not fit this console, %3.</source>
        <translation>%2 的版本 %1 与本控制台（%3）不兼容。</translation>
    </message>
    <message>
        <source>The token is refused (401): unknown, revoked or expired.</source>
        <translation>令牌被拒绝（401）：未知、已吊销或已过期。</translation>
    </message>
    <message>
        <source>No replica of %1: it has another store.</source>
        <translation>不是 %1 的副本：其存储不同。</translation>
    </message>
</context>
<context>
    <name>crossfade::ConnectionsPage</name>
    <message>
        <source>Connections</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>where the services are, and how you like the console</source>
        <translation>服务的位置，以及控制台的偏好设置</translation>
    </message>
    <message>
        <source>The token is in the system keychain.</source>
        <translation>令牌已存入系统钥匙串。</translation>
    </message>
    <message>
        <source>It is kept for this run only, never on disk.</source>
        <translation>令牌仅在本次运行期间保留，绝不写入磁盘。</translation>
    </message>
    <message>
        <source>Profiles</source>
        <translation>连接配置</translation>
    </message>
    <message>
        <source>New profile</source>
        <translation>新建连接配置</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>连接配置</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save and connect</source>
        <translation>保存并连接</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>没有任何更改。</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Enter an address first.</source>
        <translation>请先填写地址。</translation>
    </message>
    <message>
        <source>ASKING</source>
        <translation>询问中</translation>
    </message>
    <message>
        <source>ANSWERS</source>
        <translation>有响应</translation>
    </message>
    <message>
        <source>FAILS</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Edit profile %1</source>
        <translation>编辑连接配置 %1</translation>
    </message>
    <message>
        <source>profile</source>
        <translation>连接配置</translation>
    </message>
    <message>
        <source>Delete the profile %1?</source>
        <translation>删除连接配置 %1？</translation>
    </message>
    <message>
        <source>Its tokens are deleted with it.</source>
        <translation>其令牌将一并删除。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>crossfade::ConnectionsSession</name>
    <message>
        <source>Asking the keychain for the tokens…</source>
        <translation>正在从钥匙串读取令牌…</translation>
    </message>
    <message>
        <source>No token is known for this profile: enter one in Connections.</source>
        <translation>此连接配置没有令牌：请在“连接”页面填写。</translation>
    </message>
</context>
<context>
    <name>crossfade::ConsistencyPage</name>
    <message>
        <source>Consistency</source>
        <translation>数据一致性</translation>
    </message>
    <message>
        <source>New check…</source>
        <translation>新建检查…</translation>
    </message>
    <message>
        <source>Run now</source>
        <translation>立即运行</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %2 checks over threshold</source>
        <translation>
            <numerusform>%2 项检查中 %1 项达标</numerusform>
        </translation>
    </message>
    <message>
        <source>Run %1 now</source>
        <translation>立即运行 %1</translation>
    </message>
    <message>
        <source>Select a check first.</source>
        <translation>请先选择一项检查。</translation>
    </message>
    <message>
        <source>It is running.</source>
        <translation>正在运行。</translation>
    </message>
    <message>
        <source>check · %1</source>
        <translation>检查 · %1</translation>
    </message>
    <message>
        <source>Mappings…</source>
        <translation>映射…</translation>
    </message>
    <message>
        <source>Which tables and fields are compared</source>
        <translation>比较哪些表和字段</translation>
    </message>
    <message>
        <source>Edit check…</source>
        <translation>编辑检查…</translation>
    </message>
    <message>
        <source>Run a part…</source>
        <translation>运行一部分…</translation>
    </message>
    <message>
        <source>A sample, what changed, or the rows of some ids</source>
        <translation>抽样、有变化的行，或指定 ID 的行</translation>
    </message>
</context>
<context>
    <name>crossfade::ConsistencySession</name>
    <message>
        <source>The check was not started</source>
        <translation>检查未能启动</translation>
    </message>
    <message>
        <source>The run was not changed</source>
        <translation>运行状态未能更改</translation>
    </message>
    <message>
        <source>The limit was not changed</source>
        <translation>限速未更改</translation>
    </message>
</context>
<context>
    <name>crossfade::Console</name>
    <message>
        <source>%1 asks for an approval</source>
        <translation>%1 请求审批</translation>
    </message>
</context>
<context>
    <name>crossfade::CredentialStore</name>
    <message>
        <source>The system keychain does not answer.</source>
        <translation>系统钥匙串无响应。</translation>
    </message>
    <message>
        <source>The system keychain can&apos;t be used: %1</source>
        <translation>无法使用系统钥匙串：%1</translation>
    </message>
</context>
<context>
    <name>crossfade::DeliveryModel</name>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Alert</source>
        <translation>告警</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>尝试次数</translation>
    </message>
    <message>
        <source>What it said</source>
        <translation>对方的答复</translation>
    </message>
</context>
<context>
    <name>crossfade::DiffLegend</name>
    <message>
        <source>Signs: tinted characters are only on that side; a dot is a space, an open box a no-break space, a ring carries a combining mark</source>
        <translation>标记说明：着色字符仅存在于该侧；圆点表示空格，空心框表示不换行空格，圆环承载组合符号</translation>
    </message>
    <message>
        <source>only LEGACY</source>
        <translation>仅 LEGACY</translation>
    </message>
    <message>
        <source>only NEW</source>
        <translation>仅 NEW</translation>
    </message>
    <message>
        <source>space</source>
        <translation>空格</translation>
    </message>
    <message>
        <source>no-break space</source>
        <translation>不换行空格</translation>
    </message>
    <message>
        <source>combining mark</source>
        <translation>组合符号</translation>
    </message>
</context>
<context>
    <name>crossfade::DifferenceExport</name>
    <message>
        <source>Another connection was chosen: nothing was written.</source>
        <translation>已选择其他连接：未写入任何内容。</translation>
    </message>
    <message>
        <source>%1 could not be written: %2</source>
        <translation>无法写入 %1：%2</translation>
    </message>
</context>
<context>
    <name>crossfade::DifferenceFieldModel</name>
    <message>
        <source>no row</source>
        <translation>无此行</translation>
    </message>
    <message>
        <source>unchanged</source>
        <translation>未改动</translation>
    </message>
    <message>
        <source>NULL</source>
        <translation>NULL</translation>
    </message>
    <message>
        <source>empty string</source>
        <translation>空字符串</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>LEGACY</source>
        <translation>LEGACY</translation>
    </message>
    <message>
        <source>before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>NEW</source>
        <translation>NEW</translation>
    </message>
    <message>
        <source>after</source>
        <translation>之后</translation>
    </message>
</context>
<context>
    <name>crossfade::DifferenceModel</name>
    <message>
        <source>(whole row)</source>
        <translation>（整行）</translation>
    </message>
    <message>
        <source> · %1 in %2 %</source>
        <translation> · %1 占 %2 %</translation>
    </message>
    <message>
        <source>resolved</source>
        <translation>已解决</translation>
    </message>
    <message>
        <source>Field, entity</source>
        <translation>字段、实体</translation>
    </message>
    <message>
        <source>Type, entity, field</source>
        <translation>类型、实体、字段</translation>
    </message>
    <message>
        <source>Entity, field</source>
        <translation>实体、字段</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>LEGACY</source>
        <translation>LEGACY</translation>
    </message>
    <message>
        <source>NEW</source>
        <translation>NEW</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>发现时间</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>修复</translation>
    </message>
    <message>
        <source>no longer listed</source>
        <translation>已不在列表中</translation>
    </message>
</context>
<context>
    <name>crossfade::DifferenceView</name>
    <message>
        <source>Difference</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>Equal by now: resolved.</source>
        <translation>现已一致：已解决。</translation>
    </message>
    <message>
        <source>Still different, read anew just now.</source>
        <translation>刚刚重新读取，仍不一致。</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Fields of the entity on both platforms</source>
        <translation>该实体在两个平台上的字段</translation>
    </message>
    <message>
        <source>Seen</source>
        <translation>发现</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>修复</translation>
    </message>
    <message>
        <source>Reason or note</source>
        <translation>原因或备注</translation>
    </message>
    <message>
        <source>Repair…</source>
        <translation>修复…</translation>
    </message>
    <message>
        <source>Recheck</source>
        <translation>重新检查</translation>
    </message>
    <message>
        <source>Resolve</source>
        <translation>标记为已解决</translation>
    </message>
    <message>
        <source>Nothing opened</source>
        <translation>未打开差异</translation>
    </message>
    <message>
        <source>Select a difference to see both sides, read anew.</source>
        <translation>选择一项差异，重新读取并对照两侧。</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %2 fields differ</source>
        <translation>
            <numerusform>%2 个字段中 %1 个不同</numerusform>
        </translation>
    </message>
    <message>
        <source>no row</source>
        <translation>无此行</translation>
    </message>
    <message>
        <source>changed %1</source>
        <translation>变更于 %1</translation>
    </message>
    <message>
        <source>change time not known</source>
        <translation>变更时间未知</translation>
    </message>
    <message>
        <source>%1: %2.</source>
        <translation>%1：%2。</translation>
    </message>
    <message>
        <source>The whole row.</source>
        <translation>整行。</translation>
    </message>
    <message>
        <source> %1 is authoritative for %2.</source>
        <translation> %2 以 %1 为准。</translation>
    </message>
    <message>
        <source>found %1 by %2</source>
        <translation>%1 由 %2 发现</translation>
    </message>
    <message>
        <source>again %1</source>
        <translation>再次于 %1</translation>
    </message>
    <message>
        <source>resolved</source>
        <translation>已解决</translation>
    </message>
    <message>
        <source>resolved: %1</source>
        <translation>已解决：%1</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>尚无</translation>
    </message>
    <message>
        <source>Repair row</source>
        <translation>修复整行</translation>
    </message>
    <message>
        <source>It is resolved.</source>
        <translation>已解决。</translation>
    </message>
    <message>
        <source>A repair task is already open: %1.</source>
        <translation>已有未完成的修复任务：%1。</translation>
    </message>
    <message>
        <source>Resolving needs a note on why.</source>
        <translation>标记为已解决需要说明原因。</translation>
    </message>
    <message>
        <source>Ignore field…</source>
        <translation>忽略字段…</translation>
    </message>
    <message>
        <source>Hidden by</source>
        <translation>隐藏依据</translation>
    </message>
    <message>
        <source>%1: “%2” (%3, hides %4)</source>
        <translation>%1：“%2”（%3，隐藏 %4 个）</translation>
    </message>
    <message>
        <source>an ignore rule</source>
        <translation>一条忽略规则</translation>
    </message>
    <message>
        <source>Ignore…</source>
        <translation>忽略…</translation>
    </message>
    <message>
        <source>An ignore rule hides it already.</source>
        <translation>已有忽略规则将其隐藏。</translation>
    </message>
    <message numerus="yes">
        <source>%n repair task(s) made.</source>
        <translation>
            <numerusform>已建立 %n 个修复任务。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Repair %n field(s)</source>
        <translation>
            <numerusform>修复 %n 个字段</numerusform>
        </translation>
    </message>
    <message>
        <source>Its row is in motion: the run that found it looks at it again.</source>
        <translation>该行仍在变化：发现它的运行会再次查看。</translation>
    </message>
</context>
<context>
    <name>crossfade::DifferencesPane</name>
    <message>
        <source>Differences</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>Group the differences</source>
        <translation>差异分组方式</translation>
    </message>
    <message>
        <source>By field</source>
        <translation>按字段</translation>
    </message>
    <message>
        <source>By type</source>
        <translation>按类型</translation>
    </message>
    <message>
        <source>Flat</source>
        <translation>平铺</translation>
    </message>
    <message>
        <source>Filter: entity, field, value</source>
        <translation>筛选：实体、字段、值</translation>
    </message>
    <message>
        <source>Filter the differences</source>
        <translation>筛选差异</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>未解决</translation>
    </message>
    <message>
        <source>Only differences that are not resolved</source>
        <translation>仅显示未解决的差异</translation>
    </message>
    <message>
        <source>%1 newer · show</source>
        <translation>%1 项更新 · 显示</translation>
    </message>
    <message>
        <source>%1 open</source>
        <translation>%1 项未解决</translation>
    </message>
    <message>
        <source>%1 in all</source>
        <translation>共 %1</translation>
    </message>
    <message>
        <source>The differences could not be read</source>
        <translation>无法读取差异</translation>
    </message>
    <message>
        <source>They are stored in the comparator; nothing is lost.</source>
        <translation>差异保存在比对器中，没有丢失。</translation>
    </message>
    <message>
        <source>Nothing matches</source>
        <translation>没有匹配项</translation>
    </message>
    <message>
        <source>No difference holds this text.</source>
        <translation>没有差异包含此文本。</translation>
    </message>
    <message>
        <source>No open difference</source>
        <translation>没有未解决的差异</translation>
    </message>
    <message>
        <source>What a check finds and confirms by reading again is listed here.</source>
        <translation>检查发现并经复读确认的差异会列在这里。</translation>
    </message>
    <message>
        <source>Ignore rules…</source>
        <translation>忽略规则…</translation>
    </message>
    <message>
        <source>Which differences are hidden, and why</source>
        <translation>哪些差异被隐藏，以及原因</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Export differences to a file</source>
        <translation>将差异导出到文件</translation>
    </message>
    <message>
        <source>What the list shows, to a CSV, JSON or SQL file</source>
        <translation>将列表显示的内容导出为 CSV、JSON 或 SQL 文件</translation>
    </message>
    <message>
        <source>Only differences that ignore rules hide</source>
        <translation>仅显示被忽略规则隐藏的差异</translation>
    </message>
    <message>
        <source>%1 hidden</source>
        <translation>已隐藏 %1</translation>
    </message>
    <message>
        <source>ignore rules changed it · show</source>
        <translation>忽略规则有变动 · 显示</translation>
    </message>
    <message>
        <source>%1 hidden by one rule</source>
        <translation>被一条规则隐藏 %1 个</translation>
    </message>
    <message>
        <source>Nothing is hidden</source>
        <translation>没有隐藏任何差异</translation>
    </message>
    <message>
        <source>No ignore rule hides a difference by these filters.</source>
        <translation>按这些筛选条件，没有忽略规则隐藏任何差异。</translation>
    </message>
    <message>
        <source>Propose repairs…</source>
        <translation>提议修复…</translation>
    </message>
    <message>
        <source>Propose repairs for all differences of a filter</source>
        <translation>为筛选出的所有差异提议修复</translation>
    </message>
    <message>
        <source>Propose…</source>
        <translation>提议…</translation>
    </message>
    <message>
        <source>What ignore rules hide is not repaired.</source>
        <translation>忽略规则隐藏的差异不会修复。</translation>
    </message>
    <message>
        <source>Not by a text: clear the filter first.</source>
        <translation>不能按文本提议：请先清除筛选。</translation>
    </message>
    <message>
        <source>A repair task for all differences of a filter</source>
        <translation>为筛选出的所有差异建立修复任务</translation>
    </message>
</context>
<context>
    <name>crossfade::DifferencesSession</name>
    <message>
        <source>Differences could not be read</source>
        <translation>无法读取差异</translation>
    </message>
    <message>
        <source>The difference could not be read</source>
        <translation>无法读取该差异</translation>
    </message>
    <message>
        <source>The recheck did not work</source>
        <translation>重新检查未成功</translation>
    </message>
    <message>
        <source>The difference was not resolved</source>
        <translation>未能将该差异标记为已解决</translation>
    </message>
    <message>
        <source>No repair task was made</source>
        <translation>未创建修复任务</translation>
    </message>
</context>
<context>
    <name>crossfade::Drawer</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>crossfade::DrillDialog</name>
    <message>
        <source>Drill</source>
        <translation>演练</translation>
    </message>
    <message>
        <source>Drill %1</source>
        <translation>演练 %1</translation>
    </message>
    <message>
        <source>What the policy as the form has it would have done with what was recorded. Nothing changes.</source>
        <translation>按表单中的策略（尚未保存），对照已有记录会做什么。不会改变任何东西。</translation>
    </message>
    <message>
        <source>What the policy would have done with what was recorded. Nothing changes.</source>
        <translation>此策略对照已有记录会做什么。不会改变任何东西。</translation>
    </message>
    <message>
        <source>last 15 min</source>
        <translation>最近 15 分钟</translation>
    </message>
    <message>
        <source>last hour</source>
        <translation>最近 1 小时</translation>
    </message>
    <message>
        <source>last 6 h</source>
        <translation>最近 6 小时</translation>
    </message>
    <message>
        <source>last 24 h</source>
        <translation>最近 24 小时</translation>
    </message>
    <message>
        <source>What it would have done</source>
        <translation>它会做什么</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>The drill gave no answer</source>
        <translation>演练没有结果</translation>
    </message>
    <message>
        <source>Nothing was recorded in this time</source>
        <translation>这段时间没有记录</translation>
    </message>
    <message>
        <source>A shift is recorded from its start on, and kept for a day. Choose a longer time.</source>
        <translation>切流从启动起开始记录，保留一天。请选择更长的时间。</translation>
    </message>
    <message>
        <source>It would have done nothing</source>
        <translation>它什么也不会做</translation>
    </message>
    <message>
        <source>It would have stayed as it stood.</source>
        <translation>它会保持原状。</translation>
    </message>
</context>
<context>
    <name>crossfade::ExportDialog</name>
    <message>
        <source>Export differences</source>
        <translation>导出差异</translation>
    </message>
    <message>
        <source>All that the list shows by its filters, however many; the file is written whole or not at all.</source>
        <translation>导出列表按当前筛选显示的全部差异，数量不限；文件要么完整写入，要么不写。</translation>
    </message>
    <message>
        <source>Format of the file</source>
        <translation>文件格式</translation>
    </message>
    <message>
        <source>CSV</source>
        <translation>CSV</translation>
    </message>
    <message>
        <source>JSON lines</source>
        <translation>JSON 行</translation>
    </message>
    <message>
        <source>SQL</source>
        <translation>SQL</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Stopped: nothing was written.</source>
        <translation>已停止：未写入任何内容。</translation>
    </message>
    <message>
        <source>Written: %1 (%2 bytes)</source>
        <translation>已写入：%1（%2 字节）</translation>
    </message>
    <message>
        <source>about %1</source>
        <translation>约 %1 个</translation>
    </message>
    <message>
        <source>not resolved</source>
        <translation>未解决</translation>
    </message>
    <message>
        <source>resolved ones, too</source>
        <translation>包括已解决的</translation>
    </message>
    <message>
        <source>hidden by ignore rules</source>
        <translation>被忽略规则隐藏</translation>
    </message>
    <message>
        <source>without those that ignore rules hide</source>
        <translation>不含被忽略规则隐藏的</translation>
    </message>
    <message>
        <source>with “%1”</source>
        <translation>包含“%1”</translation>
    </message>
    <message>
        <source>A line for each, for a spreadsheet. Values of sensitive fields are fingerprints.</source>
        <translation>每个差异一行，供电子表格使用。敏感字段的值为指纹。</translation>
    </message>
    <message>
        <source>A JSON object a line, for programs. Values of sensitive fields are fingerprints.</source>
        <translation>每行一个 JSON 对象，供程序使用。敏感字段的值为指纹。</translation>
    </message>
    <message>
        <source>The statement of each one&apos;s repair, from what both platforms hold now, which takes its time. Nothing is run; who runs the file goes around approvals, conditions and the audit.</source>
        <translation>每个差异的修复语句，依据两个平台当前的数据生成，需要一些时间。不会执行任何语句；直接运行该文件将绕过审批、条件和审计。</translation>
    </message>
    <message>
        <source>It is on its way.</source>
        <translation>正在处理。</translation>
    </message>
    <message>
        <source>Export: %1 bytes so far …</source>
        <translation>导出：已收到 %1 字节…</translation>
    </message>
    <message>
        <source>Differences (*.%1)</source>
        <translation>差异 (*.%1)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>crossfade::FrequencyFields</name>
    <message>
        <source>By hand only</source>
        <translation>仅手动</translation>
    </message>
    <message>
        <source>Hourly</source>
        <translation>每小时</translation>
    </message>
    <message>
        <source>Daily</source>
        <translation>每天</translation>
    </message>
    <message>
        <source>Weekly</source>
        <translation>每周</translation>
    </message>
    <message>
        <source>Every N seconds</source>
        <translation>每 N 秒</translation>
    </message>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>时区</translation>
    </message>
    <message>
        <source>Runs by itself</source>
        <translation>自动运行</translation>
    </message>
    <message>
        <source>Day of the week</source>
        <translation>星期</translation>
    </message>
    <message>
        <source>At</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>At the minute</source>
        <translation>在第几分钟</translation>
    </message>
    <message>
        <source>Every</source>
        <translation>间隔</translation>
    </message>
    <message>
        <source>a time like 02:30</source>
        <translation>形如 02:30 的时间</translation>
    </message>
    <message>
        <source>no such time zone</source>
        <translation>没有这个时区</translation>
    </message>
    <message>
        <source>by hand only</source>
        <translation>仅手动</translation>
    </message>
    <message>
        <source>every %1 s</source>
        <translation>每 %1 秒</translation>
    </message>
    <message>
        <source>hourly at minute %1, %2</source>
        <translation>每小时第 %1 分钟，%2</translation>
    </message>
    <message>
        <source>daily at %1, %2</source>
        <translation>每天 %1，%2</translation>
    </message>
    <message>
        <source>weekly on %1 at %2, %3</source>
        <translation>每周%1 %2，%3</translation>
    </message>
</context>
<context>
    <name>crossfade::GuardEditor</name>
    <message>
        <source>Metric</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Statistic</source>
        <translation>统计量</translation>
    </message>
    <message>
        <source>Platform</source>
        <translation>平台</translation>
    </message>
    <message>
        <source>Comparison</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Window, seconds</source>
        <translation>窗口（秒）</translation>
    </message>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
    <message>
        <source>Fewest samples of a window</source>
        <translation>每个窗口的最少样本数</translation>
    </message>
    <message>
        <source>k: breaches that trip</source>
        <translation>k：触发所需的超限次数</translation>
    </message>
    <message>
        <source>n: windows looked at</source>
        <translation>n：观察的窗口数</translation>
    </message>
    <message>
        <source>Whether it decides</source>
        <translation>是否参与判定</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>decides</source>
        <translation>参与判定</translation>
    </message>
    <message>
        <source>shows only</source>
        <translation>仅展示</translation>
    </message>
    <message>
        <source>check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Consistency check</source>
        <translation>一致性检查</translation>
    </message>
    <message>
        <source>Remove this guard</source>
        <translation>移除此守护阈值</translation>
    </message>
    <message>
        <source>Of</source>
        <translation>平台</translation>
    </message>
    <message>
        <source>Must be</source>
        <translation>要求</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>Trips at</source>
        <translation>触发次数</translation>
    </message>
    <message>
        <source>of last</source>
        <translation>最近窗口</translation>
    </message>
    <message>
        <source>Effect</source>
        <translation>作用</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>容差</translation>
    </message>
    <message>
        <source>Tolerance: how much worse than the other platform it may be, in points of percent (latency: in percent). A significance test decides.</source>
        <translation>容差：允许比另一平台差多少，单位为百分点（时延为百分比）。由显著性检验判定。</translation>
    </message>
    <message>
        <source>Metric source</source>
        <translation>指标源</translation>
    </message>
    <message>
        <source>no source</source>
        <translation>无数据源</translation>
    </message>
    <message>
        <source>The Prometheus server that is asked. An administrator names them to the router.</source>
        <translation>要查询的 Prometheus 服务器，由管理员在路由器中配置。</translation>
    </message>
    <message>
        <source>PromQL expression</source>
        <translation>PromQL 表达式</translation>
    </message>
    <message>
        <source>PromQL expression that answers one number</source>
        <translation>返回单个数值的 PromQL 表达式</translation>
    </message>
    <message>
        <source>PromQL expression for the number of samples</source>
        <translation>样本数的 PromQL 表达式</translation>
    </message>
    <message>
        <source>number of samples (optional)</source>
        <translation>样本数（可选）</translation>
    </message>
    <message>
        <source>Try</source>
        <translation>试算</translation>
    </message>
    <message>
        <source>It needs a source and an expression.</source>
        <translation>需要选择指标源并填写表达式。</translation>
    </message>
    <message>
        <source>Threshold: percent, milliseconds or score, as the metric; of PromQL in the expression&apos;s own unit</source>
        <translation>阈值：按指标为百分比、毫秒或评分；PromQL 则以表达式自身的单位计</translation>
    </message>
    <message>
        <source>users</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>The rate of users: one that retries often counts once.</source>
        <translation>按用户计的比率：反复重试的用户只算一次。</translation>
    </message>
</context>
<context>
    <name>crossfade::GuardModel</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message numerus="yes">
        <source>%n window(s)</source>
        <translation>
            <numerusform>%n 个窗口</numerusform>
        </translation>
    </message>
    <message>
        <source>judged %1</source>
        <translation>判定于 %1</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>结论</translation>
    </message>
    <message>
        <source>Guard</source>
        <translation>守护阈值</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>Must be</source>
        <translation>要求</translation>
    </message>
    <message>
        <source>Evidence</source>
        <translation>证据</translation>
    </message>
    <message>
        <source>k of n</source>
        <translation>k / n</translation>
    </message>
    <message>
        <source>Trend</source>
        <translation>趋势</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>%1 (%2 SHOW, never block)</source>
        <translation>%1（%2 项仅展示，不阻塞）</translation>
    </message>
</context>
<context>
    <name>crossfade::GuardsPane</name>
    <message>
        <source>Guards</source>
        <translation>守护阈值</translation>
    </message>
    <message>
        <source>Gates before the next step</source>
        <translation>下一步之前的门禁</translation>
    </message>
    <message>
        <source>Override gate…</source>
        <translation>越过门禁…</translation>
    </message>
    <message>
        <source>Gates</source>
        <translation>门禁</translation>
    </message>
    <message>
        <source>Choose a gate first.</source>
        <translation>请先选择一道门禁。</translation>
    </message>
    <message>
        <source>No step is waiting for its gates.</source>
        <translation>当前没有等待门禁的步骤。</translation>
    </message>
    <message>
        <source>Gates · %1 blocked</source>
        <translation>门禁 · %1 项阻塞</translation>
    </message>
    <message>
        <source>all must be open before the next step</source>
        <translation>全部放行后才会进入下一步</translation>
    </message>
    <message>
        <source>judged every %1 s · last %2</source>
        <translation>每 %1 秒判定 · 最近 %2</translation>
    </message>
    <message>
        <source>judged every %1 s</source>
        <translation>每 %1 秒判定</translation>
    </message>
    <message>
        <source>The guards can&apos;t be read</source>
        <translation>无法读取守护阈值</translation>
    </message>
    <message>
        <source>The router judges them all the same.</source>
        <translation>路由器仍在照常判定。</translation>
    </message>
    <message>
        <source>No guard</source>
        <translation>没有守护阈值</translation>
    </message>
    <message>
        <source>This policy steps without looking at any metric. Edit it to add guards.</source>
        <translation>此策略推进时不参考任何指标。请编辑策略以添加守护阈值。</translation>
    </message>
</context>
<context>
    <name>crossfade::HeaderBar</name>
    <message>
        <source>router</source>
        <translation>路由器</translation>
    </message>
    <message>
        <source>comparator</source>
        <translation>比对器</translation>
    </message>
    <message>
        <source>… %1</source>
        <translation>… %1</translation>
    </message>
    <message>
        <source>✕ %1 does not answer</source>
        <translation>✕ %1无响应</translation>
    </message>
    <message>
        <source>– %1</source>
        <translation>– %1</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>连接配置</translation>
    </message>
    <message>
        <source>Choose a profile</source>
        <translation>选择连接配置</translation>
    </message>
    <message>
        <source>Edit profiles…</source>
        <translation>编辑连接配置…</translation>
    </message>
    <message>
        <source>no operator</source>
        <translation>无操作员</translation>
    </message>
    <message>
        <source>PROD</source>
        <translation>生产</translation>
    </message>
    <message>
        <source>TEST</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>SANDBOX</source>
        <translation>沙箱</translation>
    </message>
    <message>
        <source>Replica %1 of %2 in use: %3</source>
        <translation>正在使用第 %1 个副本（共 %2 个）：%3</translation>
    </message>
</context>
<context>
    <name>crossfade::HistoryModel</name>
    <message>
        <source>Time (%1)</source>
        <translation>时间（%1）</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>变更</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>操作者</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Epoch</source>
        <translation>版本</translation>
    </message>
</context>
<context>
    <name>crossfade::IgnoreRuleModel</name>
    <message>
        <source>entity %1</source>
        <translation>实体 %1</translation>
    </message>
    <message>
        <source>certain values</source>
        <translation>特定值</translation>
    </message>
    <message>
        <source>of one check</source>
        <translation>仅一项检查</translation>
    </message>
    <message>
        <source>never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>ended %1</source>
        <translation>已于 %1 结束</translation>
    </message>
    <message>
        <source>Rules have changed: what is open is still being held against them.</source>
        <translation>规则已更改：仍在按新规则核对未解决的差异。</translation>
    </message>
    <message>
        <source>Hides</source>
        <translation>隐藏范围</translation>
    </message>
    <message>
        <source>Hidden</source>
        <translation>已隐藏</translation>
    </message>
    <message>
        <source>Ends</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>By</source>
        <translation>创建者</translation>
    </message>
</context>
<context>
    <name>crossfade::IgnoreRulesDialog</name>
    <message>
        <source>Ignore rules</source>
        <translation>忽略规则</translation>
    </message>
    <message>
        <source>differences that are hidden and counted; the oldest rule that fits hides one</source>
        <translation>被隐藏并计数的差异；由最早的匹配规则隐藏</translation>
    </message>
    <message>
        <source>Show what it hides</source>
        <translation>显示它隐藏的差异</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>The ignore rules could not be read</source>
        <translation>无法读取忽略规则</translation>
    </message>
    <message>
        <source>They hold in the comparator all the same.</source>
        <translation>它们在比对服务中仍然有效。</translation>
    </message>
    <message>
        <source>Nothing is ignored</source>
        <translation>没有忽略任何差异</translation>
    </message>
    <message>
        <source>Open a difference on the Consistency page and ignore its field: it is hidden and counted, never deleted.</source>
        <translation>在“一致性”页面打开一个差异并忽略其字段：它会被隐藏并计数，绝不会被删除。</translation>
    </message>
    <message>
        <source>Choose a rule first.</source>
        <translation>请先选择一条规则。</translation>
    </message>
    <message>
        <source>Delete this ignore rule?</source>
        <translation>删除这条忽略规则？</translation>
    </message>
    <message>
        <source>%1. The %2 open differences that it hides now are shown and count again; runs still tell how much it hid.</source>
        <translation>%1。它现在隐藏的 %2 个未解决差异将重新显示并计入；各次运行仍会说明它隐藏了多少。</translation>
    </message>
    <message>
        <source>Delete the rule</source>
        <translation>删除规则</translation>
    </message>
    <message>
        <source>The rule was not deleted</source>
        <translation>规则未删除</translation>
    </message>
    <message>
        <source>Deleted: %1</source>
        <translation>已删除：%1</translation>
    </message>
</context>
<context>
    <name>crossfade::IgnoreRulesSession</name>
    <message>
        <source>ignore rule made: %1</source>
        <translation>已创建忽略规则：%1</translation>
    </message>
    <message>
        <source>ignore rule ended: %1</source>
        <translation>忽略规则已结束：%1</translation>
    </message>
</context>
<context>
    <name>crossfade::ImportDialog</name>
    <message>
        <source>Import rules from %1</source>
        <translation>从 %1 导入规则</translation>
    </message>
    <message>
        <source>Nothing is changed before you press Import. Then all of the file is stored, or nothing of it.</source>
        <translation>按下“导入”之前不会有任何改动；之后整个文件要么全部写入，要么完全不写入。</translation>
    </message>
    <message numerus="yes">
        <source>Your %n unsaved edit(s) stay as they are. Where the file changes the same rule, saving the edit shows both versions.</source>
        <translation>
            <numerusform>您未保存的 %n 处编辑保持不变。若文件修改了同一条规则，保存该编辑时会并列显示两个版本。</numerusform>
        </translation>
    </message>
    <message>
        <source>Reason, kept in the audit and with each rule&apos;s history</source>
        <translation>原因，将记入审计及每条规则的历史</translation>
    </message>
    <message>
        <source>Part of the report</source>
        <translation>报告分类</translation>
    </message>
    <message>
        <source>Mistakes</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>改动</translation>
    </message>
    <message>
        <source>Report of the import</source>
        <translation>导入报告</translation>
    </message>
    <message>
        <source>Another file…</source>
        <translation>选择其他文件…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Mistakes %1</source>
        <translation>错误 %1</translation>
    </message>
    <message>
        <source>Warnings %1</source>
        <translation>警告 %1</translation>
    </message>
    <message>
        <source>Changes %1</source>
        <translation>改动 %1</translation>
    </message>
    <message>
        <source>The file can&apos;t be imported</source>
        <translation>无法导入该文件</translation>
    </message>
    <message>
        <source>Nothing was changed. Mend the file and try again, or choose another.</source>
        <translation>未作任何改动。请修正文件后重试，或选择其他文件。</translation>
    </message>
    <message>
        <source>No mistakes</source>
        <translation>没有错误</translation>
    </message>
    <message>
        <source>Every row can be imported.</source>
        <translation>每一行都可以导入。</translation>
    </message>
    <message>
        <source>No warnings</source>
        <translation>没有警告</translation>
    </message>
    <message>
        <source>No rule contradicts another.</source>
        <translation>没有相互矛盾的规则。</translation>
    </message>
    <message>
        <source>No changes</source>
        <translation>没有改动</translation>
    </message>
    <message>
        <source>%1 of %2 MiB</source>
        <translation>%1 / %2 MiB</translation>
    </message>
    <message>
        <source>The file is being read …</source>
        <translation>正在读取文件……</translation>
    </message>
    <message>
        <source>The router checks the file: %1 sent …</source>
        <translation>路由器正在检查文件：已发送 %1……</translation>
    </message>
    <message>
        <source>%1 sent …</source>
        <translation>已发送 %1……</translation>
    </message>
    <message>
        <source>The router has all of it and stores it now …</source>
        <translation>路由器已收到全部内容，正在写入……</translation>
    </message>
    <message>
        <source>The tables show the first of many: 1 000 mistakes and warnings, 200 changes.</source>
        <translation>表中只列出前一部分：错误和警告各 1 000 条，改动 200 条。</translation>
    </message>
    <message>
        <source>It is on its way.</source>
        <translation>正在提交。</translation>
    </message>
    <message>
        <source>The file is still being checked.</source>
        <translation>文件仍在检查中。</translation>
    </message>
    <message>
        <source>Mend the mistakes in the file first.</source>
        <translation>请先在文件中改正错误。</translation>
    </message>
    <message>
        <source>The file changes nothing.</source>
        <translation>该文件不会带来任何改动。</translation>
    </message>
    <message>
        <source>The reason is too long.</source>
        <translation>原因过长。</translation>
    </message>
    <message numerus="yes">
        <source>Import %n rule(s)</source>
        <translation>
            <numerusform>导入 %n 条规则</numerusform>
        </translation>
    </message>
    <message>
        <source>The router has all of it and stores it now.</source>
        <translation>路由器已收到全部内容，正在写入。</translation>
    </message>
    <message>
        <source>wrong: nothing is imported before that is mended in the file</source>
        <translation>处错误：在文件中改正之前不会导入任何内容</translation>
    </message>
    <message>
        <source>to be made</source>
        <translation>条将新建</translation>
    </message>
    <message>
        <source>to be changed</source>
        <translation>条将修改</translation>
    </message>
    <message>
        <source>as in the file already</source>
        <translation>条与文件一致，无需改动</translation>
    </message>
    <message>
        <source>in doubt: warnings stop nothing, but look at them first</source>
        <translation>条警告：不妨碍导入，但请先查看</translation>
    </message>
    <message>
        <source>What would change is listed once there are no mistakes.</source>
        <translation>没有错误之后才会列出将发生的改动。</translation>
    </message>
    <message>
        <source>The rules are as in the file already.</source>
        <translation>规则已与文件一致。</translation>
    </message>
</context>
<context>
    <name>crossfade::ImportReportModel</name>
    <message>
        <source>the whole row</source>
        <translation>整行</translation>
    </message>
    <message>
        <source>new: %1</source>
        <translation>新建：%1</translation>
    </message>
    <message>
        <source>changes %1</source>
        <translation>修改 %1</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>What would change</source>
        <translation>将发生的改动</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>说明</translation>
    </message>
</context>
<context>
    <name>crossfade::LaterEdit</name>
    <message>
        <source>When it is carried out</source>
        <translation>执行时间</translation>
    </message>
    <message>
        <source>This time is over.</source>
        <translation>这个时间已过。</translation>
    </message>
</context>
<context>
    <name>crossfade::MainWindow</name>
    <message>
        <source>There is nothing to undo here.</source>
        <translation>此处没有可撤销的操作。</translation>
    </message>
    <message>
        <source>page · Ctrl+%1</source>
        <translation>页面 · Ctrl+%1</translation>
    </message>
    <message>
        <source>Roll back…</source>
        <translation>回滚…</translation>
    </message>
    <message>
        <source>action</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Show alerts</source>
        <translation>显示告警</translation>
    </message>
    <message>
        <source>Show activity</source>
        <translation>显示活动记录</translation>
    </message>
    <message>
        <source>Light theme</source>
        <translation>浅色主题</translation>
    </message>
    <message>
        <source>Dark theme</source>
        <translation>深色主题</translation>
    </message>
    <message>
        <source>Answer: %1</source>
        <translation>答复：%1</translation>
    </message>
    <message>
        <source>approval</source>
        <translation>审批</translation>
    </message>
    <message>
        <source>Connect to %1</source>
        <translation>连接到 %1</translation>
    </message>
    <message>
        <source>profile</source>
        <translation>连接配置</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>Choose a profile: your router and comparator, or the sandbox, which needs nothing but this machine.</source>
        <translation>请选择一个连接：您的路由服务和比对服务，或只需本机即可运行的沙箱。</translation>
    </message>
    <message>
        <source>Go to Connections</source>
        <translation>前往连接页</translation>
    </message>
    <message>
        <source>%1 does not answer yet</source>
        <translation>%1 尚未应答</translation>
    </message>
    <message>
        <source>Lose them and connect</source>
        <translation>放弃修改并连接</translation>
    </message>
    <message numerus="yes">
        <source>%n edit(s) of the routing rules are not saved and would be lost.</source>
        <translation>
            <numerusform>路由规则有 %n 处修改尚未保存，将会丢失。</numerusform>
        </translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>留下</translation>
    </message>
    <message>
        <source>Lose them and quit</source>
        <translation>放弃修改并退出</translation>
    </message>
    <message>
        <source>What was read elsewhere is not shown under this name. ROLL BACK above goes to this one, too.</source>
        <translation>此前从别处读到的数据不会显示在这个名称下。上方的“回滚”也只发往这个连接。</translation>
    </message>
    <message>
        <source>Leave with unsaved edits?</source>
        <translation>有未保存的修改，仍要离开吗？</translation>
    </message>
    <message>
        <source>Alert channels…</source>
        <translation>告警通知渠道…</translation>
    </message>
</context>
<context>
    <name>crossfade::MappingEditor</name>
    <message>
        <source>there is no such table</source>
        <translation>没有这个表</translation>
    </message>
    <message numerus="yes">
        <source>%n column(s)</source>
        <translation>
            <numerusform>%n 列</numerusform>
        </translation>
    </message>
    <message>
        <source>The comparator looks at both tables …</source>
        <translation>比较器正在查看两边的表…</translation>
    </message>
    <message>
        <source>There is no suggestion</source>
        <translation>没有建议</translation>
    </message>
    <message>
        <source>Not paired: %1</source>
        <translation>未配对：%1</translation>
    </message>
    <message numerus="yes">
        <source>%n field(s) suggested; what was here stays.</source>
        <translation>
            <numerusform>建议了 %n 个字段；已有的保持不变。</numerusform>
        </translation>
    </message>
    <message>
        <source>No index is unique on both sides: name the key columns.</source>
        <translation>没有在两边都唯一的索引：请填写键列。</translation>
    </message>
    <message>
        <source>It is on its way.</source>
        <translation>正在提交。</translation>
    </message>
    <message>
        <source>Choose a field first.</source>
        <translation>请先选择一个字段。</translation>
    </message>
    <message>
        <source>Name the data type and both tables first.</source>
        <translation>请先填写数据类型和两边的表。</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Nothing is edited.</source>
        <translation>没有改动。</translation>
    </message>
    <message>
        <source>The comparator holds it against both databases …</source>
        <translation>比较器正在与两边数据库核对…</translation>
    </message>
    <message>
        <source>No answer: it may or may not have been saved. Look at the list before saving again. (%1)</source>
        <translation>没有应答：可能已保存，也可能没有。再次保存前请先查看列表。（%1）</translation>
    </message>
    <message>
        <source>Not saved: somebody changed this mapping meanwhile. Close it and look at it again.</source>
        <translation>未保存：期间有人改了这个映射。请关闭后重新查看。</translation>
    </message>
    <message>
        <source>Not saved: %1</source>
        <translation>未保存：%1</translation>
    </message>
    <message numerus="yes">
        <source>Not saved: the comparator refuses %n place(s).</source>
        <translation>
            <numerusform>未保存：比较器拒绝了 %n 处。</numerusform>
        </translation>
    </message>
    <message>
        <source>Throw the mapping away?</source>
        <translation>放弃这个映射？</translation>
    </message>
    <message>
        <source>What you have written here is not saved.</source>
        <translation>您在这里写的尚未保存。</translation>
    </message>
    <message>
        <source>Throw away</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Keep editing</source>
        <translation>继续编辑</translation>
    </message>
    <message>
        <source>New mapping</source>
        <translation>新建映射</translation>
    </message>
    <message>
        <source>Mapping of %1</source>
        <translation>%1 的映射</translation>
    </message>
    <message>
        <source>Source of %1</source>
        <translation>%1 的数据源</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Table of %1</source>
        <translation>%1 的表</translation>
    </message>
    <message>
        <source>users, or schema.users</source>
        <translation>users 或 schema.users</translation>
    </message>
    <message>
        <source>Key columns of %1</source>
        <translation>%1 的键列</translation>
    </message>
    <message>
        <source>Column of %1 that tells when a row last changed</source>
        <translation>%1 中记录行最后变更时间的列</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>数据源</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>表</translation>
    </message>
    <message>
        <source>Key columns, in order</source>
        <translation>键列，按顺序</translation>
    </message>
    <message>
        <source>Last changed</source>
        <translation>最后变更</translation>
    </message>
    <message>
        <source>Data type</source>
        <translation>数据类型</translation>
    </message>
    <message>
        <source>Kind of the key</source>
        <translation>键的种类</translation>
    </message>
    <message>
        <source>whole numbers</source>
        <translation>整数</translation>
    </message>
    <message>
        <source>text or several columns</source>
        <translation>文本或多列</translation>
    </message>
    <message>
        <source>Keys are</source>
        <translation>键为</translation>
    </message>
    <message>
        <source>Authoritative side</source>
        <translation>权威方</translation>
    </message>
    <message>
        <source>insert</source>
        <translation>插入</translation>
    </message>
    <message>
        <source>update</source>
        <translation>更新</translation>
    </message>
    <message>
        <source>delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Repairs that need no approval</source>
        <translation>无需审批的修复</translation>
    </message>
    <message>
        <source>Fields</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Suggest from both tables</source>
        <translation>根据两边的表建议</translation>
    </message>
    <message>
        <source>Fields of the mapping</source>
        <translation>映射的字段</translation>
    </message>
    <message>
        <source>Field of the mapping</source>
        <translation>映射的字段</translation>
    </message>
    <message>
        <source>Add a field</source>
        <translation>添加字段</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Reason, kept in the audit</source>
        <translation>原因，记入审计</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Create the mapping</source>
        <translation>创建映射</translation>
    </message>
    <message>
        <source>Save the mapping</source>
        <translation>保存映射</translation>
    </message>
    <message>
        <source>Field that an entity has many of</source>
        <translation>一个实体有多个值的字段</translation>
    </message>
    <message>
        <source>Where an entity has many rows, each with one value, as a user has roles: the field of that value. Empty: a row is an entity.</source>
        <translation>当一个实体有多行、每行一个值时（如用户的角色）：该值所在的字段。留空：一行即一个实体。</translation>
    </message>
    <message>
        <source>Many of</source>
        <translation>多值字段</translation>
    </message>
    <message>
        <source>What the rows of %1 are read from</source>
        <translation>%1 的行从哪里读取</translation>
    </message>
    <message>
        <source>table</source>
        <translation>表</translation>
    </message>
    <message>
        <source>query</source>
        <translation>查询</translation>
    </message>
    <message>
        <source>The rows of a query are compared and copied from; nothing is ever written to them.</source>
        <translation>查询得到的行可以比对、可以从中复制，但绝不会向其写入。</translation>
    </message>
    <message>
        <source>Query of %1</source>
        <translation>%1 的查询</translation>
    </message>
    <message>
        <source>SELECT … with a key of its own in each row</source>
        <translation>SELECT …，每行须有各自的键</translation>
    </message>
    <message>
        <source>Query</source>
        <translation>查询</translation>
    </message>
</context>
<context>
    <name>crossfade::MappingFieldForm</name>
    <message>
        <source>Name of the field</source>
        <translation>字段名</translation>
    </message>
    <message>
        <source>Column of LEGACY</source>
        <translation>LEGACY 的列</translation>
    </message>
    <message>
        <source>Column of NEW</source>
        <translation>NEW 的列</translation>
    </message>
    <message>
        <source>Kind of values</source>
        <translation>值的种类</translation>
    </message>
    <message>
        <source>trimmed</source>
        <translation>去首尾空格</translation>
    </message>
    <message>
        <source>lower case</source>
        <translation>转小写</translation>
    </message>
    <message>
        <source>upper case</source>
        <translation>转大写</translation>
    </message>
    <message>
        <source>Compared</source>
        <translation>比较方式</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>容差</translation>
    </message>
    <message>
        <source>Digits after the point</source>
        <translation>小数位数</translation>
    </message>
    <message>
        <source>names the cause of a difference; it never rounds one away</source>
        <translation>用于说明差异原因；绝不会把差异四舍五入掉</translation>
    </message>
    <message>
        <source>Time zone of LEGACY&apos;s wall clock</source>
        <translation>LEGACY 本地时钟的时区</translation>
    </message>
    <message>
        <source>Time zone of NEW&apos;s wall clock</source>
        <translation>NEW 本地时钟的时区</translation>
    </message>
    <message>
        <source>LEGACY writes times without a zone in</source>
        <translation>LEGACY 不带时区的时间属于</translation>
    </message>
    <message>
        <source>NEW writes times without a zone in</source>
        <translation>NEW 不带时区的时间属于</translation>
    </message>
    <message>
        <source>Sensitive: shown and kept only as a fingerprint</source>
        <translation>敏感：只以指纹显示和保存</translation>
    </message>
    <message>
        <source>Ignored: not compared</source>
        <translation>忽略：不比较</translation>
    </message>
    <message>
        <source>Value map</source>
        <translation>值映射</translation>
    </message>
    <message>
        <source>Which value of LEGACY stands for which of NEW. A value in no pair stands for itself.</source>
        <translation>LEGACY 的哪个值对应 NEW 的哪个值。不在任何一对中的值代表它自己。</translation>
    </message>
    <message>
        <source>Add a pair</source>
        <translation>添加一对</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>NULL</source>
        <translation>NULL</translation>
    </message>
    <message>
        <source>SQL NULL instead of a text, or a text again</source>
        <translation>用 SQL NULL 代替文本，或恢复为文本</translation>
    </message>
    <message>
        <source>seconds apart that are still equal; empty: none</source>
        <translation>相差多少秒仍算相等；空：无</translation>
    </message>
    <message>
        <source>how far apart values are still equal; empty: none</source>
        <translation>相差多少仍算相等；空：无</translation>
    </message>
</context>
<context>
    <name>crossfade::MappingFieldModel</name>
    <message>
        <source>trimmed</source>
        <translation>去首尾空格</translation>
    </message>
    <message>
        <source>lower case</source>
        <translation>转小写</translation>
    </message>
    <message>
        <source>upper case</source>
        <translation>转大写</translation>
    </message>
    <message>
        <source>ignored</source>
        <translation>忽略</translation>
    </message>
    <message>
        <source>%1 digits</source>
        <translation>%1 位小数</translation>
    </message>
    <message>
        <source>±%1 s</source>
        <translation>±%1 秒</translation>
    </message>
    <message>
        <source>±%1</source>
        <translation>±%1</translation>
    </message>
    <message numerus="yes">
        <source>%n value(s) mapped</source>
        <translation>
            <numerusform>映射 %n 个值</numerusform>
        </translation>
    </message>
    <message>
        <source>wall clocks</source>
        <translation>本地时钟</translation>
    </message>
    <message>
        <source>sensitive</source>
        <translation>敏感</translation>
    </message>
    <message>
        <source>(no name)</source>
        <translation>（无名）</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Compared</source>
        <translation>比较方式</translation>
    </message>
</context>
<context>
    <name>crossfade::MappingListModel</name>
    <message>
        <source>Data type</source>
        <translation>数据类型</translation>
    </message>
    <message>
        <source>Table of LEGACY</source>
        <translation>LEGACY 的表</translation>
    </message>
    <message>
        <source>Table of NEW</source>
        <translation>NEW 的表</translation>
    </message>
    <message>
        <source>Fields</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Authoritative</source>
        <translation>权威方</translation>
    </message>
</context>
<context>
    <name>crossfade::MappingsDialog</name>
    <message>
        <source>Mappings</source>
        <translation>映射</translation>
    </message>
    <message>
        <source>which table and fields of LEGACY answer which of NEW</source>
        <translation>LEGACY 的哪个表和字段对应 NEW 的哪个</translation>
    </message>
    <message>
        <source>New…</source>
        <translation>新建…</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>编辑…</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>The mappings could not be read</source>
        <translation>未能读取映射</translation>
    </message>
    <message>
        <source>Checks and syncs go on by what is stored.</source>
        <translation>检查和同步按已存的继续进行。</translation>
    </message>
    <message>
        <source>Nothing is mapped yet</source>
        <translation>还没有映射</translation>
    </message>
    <message>
        <source>A mapping says which table and fields of LEGACY answer which of NEW. Checks, repairs and syncs go by it.</source>
        <translation>映射说明 LEGACY 的哪个表和字段对应 NEW 的哪个。检查、修复和同步都以它为准。</translation>
    </message>
    <message>
        <source>New mapping…</source>
        <translation>新建映射…</translation>
    </message>
    <message>
        <source>The mappings are not known yet.</source>
        <translation>映射尚未读到。</translation>
    </message>
    <message>
        <source>It is on its way.</source>
        <translation>正在提交。</translation>
    </message>
    <message>
        <source>There is no source yet: an administrator adds the databases of both sides.</source>
        <translation>还没有数据源：由管理员添加两边的数据库。</translation>
    </message>
    <message>
        <source>Choose a mapping first.</source>
        <translation>请先选择一个映射。</translation>
    </message>
    <message>
        <source>Look…</source>
        <translation>查看…</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>已保存。</translation>
    </message>
    <message>
        <source>Delete the mapping of %1?</source>
        <translation>删除 %1 的映射？</translation>
    </message>
    <message>
        <source>No check and no sync may use it. What was confirmed of its deletions is forgotten.</source>
        <translation>不能有检查或同步在使用它。对其删除的确认将被遗忘。</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>The mapping of %1 is deleted.</source>
        <translation>%1 的映射已删除。</translation>
    </message>
    <message>
        <source>Not deleted</source>
        <translation>未删除</translation>
    </message>
</context>
<context>
    <name>crossfade::MappingsSession</name>
    <message>
        <source>mapping of %1 saved</source>
        <translation>%1 的映射已保存</translation>
    </message>
</context>
<context>
    <name>crossfade::MarkedBar</name>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Unmark</source>
        <translation>取消标记</translation>
    </message>
    <message>
        <source>Undo…</source>
        <translation>撤销…</translation>
    </message>
    <message>
        <source>Assign…</source>
        <translation>指派…</translation>
    </message>
    <message>
        <source>Reject…</source>
        <translation>驳回…</translation>
    </message>
    <message>
        <source>Approve…</source>
        <translation>批准…</translation>
    </message>
    <message>
        <source>%1 marked</source>
        <translation>已标记 %1 个</translation>
    </message>
    <message>
        <source>None of them can be approved by you.</source>
        <translation>其中没有您可以批准的。</translation>
    </message>
    <message>
        <source>None of them can be rejected.</source>
        <translation>其中没有可以驳回的。</translation>
    </message>
    <message>
        <source>None of them can be undone by you.</source>
        <translation>其中没有您可以撤销的。</translation>
    </message>
    <message>
        <source>Approve %1 marked repairs?</source>
        <translation>批准标记的 %1 个修复？</translation>
    </message>
    <message>
        <source>Approve %1 and run</source>
        <translation>批准并执行 %1 个</translation>
    </message>
    <message>
        <source>Reject %1 marked repairs?</source>
        <translation>驳回标记的 %1 个修复？</translation>
    </message>
    <message>
        <source>Reject %1</source>
        <translation>驳回 %1 个</translation>
    </message>
    <message>
        <source>Undo %1 marked repairs?</source>
        <translation>撤销标记的 %1 个修复？</translation>
    </message>
    <message>
        <source>Undo %1</source>
        <translation>撤销 %1 个</translation>
    </message>
    <message>
        <source>%1 of %2 …</source>
        <translation>%1 / %2 …</translation>
    </message>
    <message>
        <source>%1 of %2 done</source>
        <translation>已完成 %1 / %2</translation>
    </message>
    <message>
        <source>%1 more refused</source>
        <translation>另有 %1 个被拒</translation>
    </message>
    <message>
        <source>%1 not asked for</source>
        <translation>%1 个未请求</translation>
    </message>
    <message>
        <source>%1 marked: more cannot be at once, decide by filter</source>
        <translation>已标记 %1 个：一次不能更多，请按筛选决定</translation>
    </message>
    <message>
        <source>↑ ↓ select   Space mark   Ctrl+A mark all   A approve   L later   R reject   S assign   U undo</source>
        <translation>↑ ↓ 选择   空格 标记   Ctrl+A 全部标记   A 批准   L 稍后   R 拒绝   S 分配   U 撤销</translation>
    </message>
</context>
<context>
    <name>crossfade::MovedUsersDialog</name>
    <message>
        <source>Users who move to NEW</source>
        <translation>移到 NEW 的用户</translation>
    </message>
    <message>
        <source>Users who move to LEGACY</source>
        <translation>移回 LEGACY 的用户</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>The list can&apos;t be read</source>
        <translation>无法读取名单</translation>
    </message>
    <message>
        <source>the first %1 users</source>
        <translation>前 %1 名用户</translation>
    </message>
    <message>
        <source>Nobody moves</source>
        <translation>没有用户移动</translation>
    </message>
    <message>
        <source>No known user changes side by this.</source>
        <translation>没有已知用户会因此切换平台。</translation>
    </message>
</context>
<context>
    <name>crossfade::MovedUsersModel</name>
    <message>
        <source>User</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>From</source>
        <translation>起始</translation>
    </message>
    <message>
        <source>To</source>
        <translation>移至</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
</context>
<context>
    <name>crossfade::NavList</name>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
</context>
<context>
    <name>crossfade::OverviewFoot</name>
    <message>
        <source>Running shifts</source>
        <translation>进行中的切流</translation>
    </message>
    <message>
        <source>Open approvals</source>
        <translation>待审批</translation>
    </message>
    <message>
        <source>Review…</source>
        <translation>查看…</translation>
    </message>
    <message>
        <source>Failing gates</source>
        <translation>未通过的门禁</translation>
    </message>
    <message>
        <source>Every gate is open</source>
        <translation>所有门禁均已通过</translation>
    </message>
    <message>
        <source>What keeps a running shift from its next step appears here.</source>
        <translation>阻止切流进入下一步的原因会显示在这里。</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n policies</source>
        <translation>
            <numerusform>%1 / %n 个策略</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing waits for a person</source>
        <translation>没有等待人工处理的事项</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Done if nobody answers by %1.</source>
        <translation>若到 %1 无人答复则自动执行。</translation>
    </message>
    <message>
        <source>Rejected if nobody answers by %1.</source>
        <translation>若到 %1 无人答复则自动拒绝。</translation>
    </message>
    <message>
        <source>Asked at %1.</source>
        <translation>发起于 %1。</translation>
    </message>
    <message>
        <source>Not known yet</source>
        <translation>尚不清楚</translation>
    </message>
    <message>
        <source>A proposed rollback, a step that needs consent, or a request for the master switch appears here.</source>
        <translation>回滚提议、需要同意的步骤或总开关请求会显示在这里。</translation>
    </message>
    <message>
        <source>Whoever asked cannot approve.</source>
        <translation>提出请求的人不能批准。</translation>
    </message>
</context>
<context>
    <name>crossfade::OverviewPage</name>
    <message>
        <source>Overview</source>
        <translation>总览</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Show what happened to the shifts in the charts</source>
        <translation>在图表中显示切流事件</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Hold the charts still; measuring goes on</source>
        <translation>暂停图表刷新；测量照常进行</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>流量分布</translation>
    </message>
    <message>
        <source>% of requests, all systems</source>
        <translation>请求占比，全部系统</translation>
    </message>
    <message>
        <source>Success rate</source>
        <translation>成功率</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>ms · p50 thin, p95 thick, p99 dotted</source>
        <translation>ms · p50 细线，p95 粗线，p99 点线</translation>
    </message>
    <message>
        <source>Consistency</source>
        <translation>数据一致性</translation>
    </message>
    <message>
        <source>% of each check&apos;s runs</source>
        <translation>各检查历次运行的百分比</translation>
    </message>
    <message>
        <source>The overview could not be read</source>
        <translation>无法读取总览</translation>
    </message>
    <message>
        <source>Traffic is not affected: shifts run in the router, and ROLL BACK works.</source>
        <translation>流量不受影响：切流在路由器中运行，回滚仍然可用。</translation>
    </message>
    <message>
        <source>%1 – %2 %3, follows live</source>
        <translation>%1 – %2 %3，实时跟随</translation>
    </message>
    <message>
        <source>consistency ≥ %1</source>
        <translation>一致率 ≥ %1</translation>
    </message>
    <message>
        <source>Crosshair %1 %2</source>
        <translation>十字线 %1 %2</translation>
    </message>
    <message>
        <source>%1 – %2 %3, stands still</source>
        <translation>%1 – %2 %3，固定范围</translation>
    </message>
</context>
<context>
    <name>crossfade::PaletteField</name>
    <message>
        <source>Go to user, rule, policy, action…</source>
        <translation>查找用户、规则、策略、操作…</translation>
    </message>
</context>
<context>
    <name>crossfade::PercentageSlider</name>
    <message>
        <source>Share of users on NEW</source>
        <translation>NEW 上的用户占比</translation>
    </message>
    <message>
        <source>now %1, target %2, at most %3</source>
        <translation>当前 %1，目标 %2，上限 %3</translation>
    </message>
</context>
<context>
    <name>crossfade::PolicyDelegate</name>
    <message>
        <source>WAS %1</source>
        <translation>曾为 %1</translation>
    </message>
</context>
<context>
    <name>crossfade::PolicyEditor</name>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
    <message>
        <source>Edit policy %1</source>
        <translation>编辑策略 %1</translation>
    </message>
    <message>
        <source>New shift policy</source>
        <translation>新建切流策略</translation>
    </message>
    <message>
        <source>roll back</source>
        <translation>回滚</translation>
    </message>
    <message>
        <source>hold</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>each step</source>
        <translation>每一步</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>What operators call it.</source>
        <translation>操作员使用的名称。</translation>
    </message>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>The system id it covers, or * for all others.</source>
        <translation>所覆盖的系统 ID，* 表示其余全部系统。</translation>
    </message>
    <message>
        <source>Approval</source>
        <translation>审批</translation>
    </message>
    <message>
        <source>Whether a person approves each step.</source>
        <translation>每一步是否需要人工批准。</translation>
    </message>
    <message>
        <source>At most</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>A hard cap: the share never goes above it.</source>
        <translation>硬上限：占比绝不会超过它。</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步长</translation>
    </message>
    <message>
        <source>How much one step adds.</source>
        <translation>每一步增加多少。</translation>
    </message>
    <message>
        <source>Explicit steps</source>
        <translation>自定义步骤</translation>
    </message>
    <message>
        <source>Stabilization</source>
        <translation>稳定期</translation>
    </message>
    <message>
        <source>How long guards must hold after a step.</source>
        <translation>每一步之后守护阈值须保持的时长。</translation>
    </message>
    <message>
        <source>Judged every</source>
        <translation>判定间隔</translation>
    </message>
    <message>
        <source>How often guards are judged.</source>
        <translation>判定守护阈值的频率。</translation>
    </message>
    <message>
        <source>When a guard trips</source>
        <translation>守护阈值触发时</translation>
    </message>
    <message>
        <source>A guard may say otherwise for itself.</source>
        <translation>单个守护阈值可另行设定。</translation>
    </message>
    <message>
        <source>Answer within</source>
        <translation>答复时限</translation>
    </message>
    <message>
        <source>How long a proposed rollback waits for a person.</source>
        <translation>提议的回滚等待人工答复的时长。</translation>
    </message>
    <message>
        <source>If nobody answers</source>
        <translation>若无人答复</translation>
    </message>
    <message>
        <source>What happens at the deadline.</source>
        <translation>到达截止时间时的处理。</translation>
    </message>
    <message>
        <source>Consistency checks</source>
        <translation>一致性检查</translation>
    </message>
    <message>
        <source>Names, with commas: each ≥ 99.5 % and fresh before a step. Empty: not asked.</source>
        <translation>检查名称，以逗号分隔：每一步之前均须 ≥ 99.5 % 且为最新结果。留空则不要求。</translation>
    </message>
    <message>
        <source>Health of NEW</source>
        <translation>NEW 健康检查</translation>
    </message>
    <message>
        <source>URL asked before the first step. Empty: not asked.</source>
        <translation>第一步之前检查的 URL。留空则不检查。</translation>
    </message>
    <message>
        <source>Health of LEGACY</source>
        <translation>LEGACY 健康检查</translation>
    </message>
    <message>
        <source>URL asked for the way back. Empty: not asked.</source>
        <translation>用于确认回退路径的 URL。留空则不检查。</translation>
    </message>
    <message>
        <source>Guards</source>
        <translation>守护阈值</translation>
    </message>
    <message>
        <source>Add guard</source>
        <translation>添加守护阈值</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Create policy</source>
        <translation>创建策略</translation>
    </message>
    <message>
        <source>Save policy</source>
        <translation>保存策略</translation>
    </message>
    <message>
        <source>are percentages from 0 to 100, with commas between</source>
        <translation>须为 0 到 100 的百分比，以逗号分隔</translation>
    </message>
    <message numerus="yes">
        <source>%n field(s) need a look first.</source>
        <translation>
            <numerusform>有 %n 个字段需要先修正。</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 %2. </source>
        <translation>%1 %2。</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>It is on its way.</source>
        <translation>正在提交。</translation>
    </message>
    <message>
        <source>Sent, waiting for the answer …</source>
        <translation>已提交，等待答复…</translation>
    </message>
    <message>
        <source>Somebody else changed this policy meanwhile. Close, look at it again, and edit anew.</source>
        <translation>其他人已在此期间更改此策略。请关闭，重新查看后再编辑。</translation>
    </message>
    <message>
        <source>each is judged over its window, and trips when so many of the last ones fail</source>
        <translation>各项按其窗口评判；最近若干窗口中达到次数即触发</translation>
    </message>
    <message>
        <source>Guards: %1</source>
        <translation>守护阈值：%1</translation>
    </message>
    <message>
        <source>steps above</source>
        <translation>超过某比例的步骤</translation>
    </message>
    <message>
        <source>anybody who may approve</source>
        <translation>任何有审批权的人</translation>
    </message>
    <message>
        <source>not whoever set the target</source>
        <translation>设定目标者除外</translation>
    </message>
    <message>
        <source>Approval above</source>
        <translation>超过此比例需审批</translation>
    </message>
    <message>
        <source>Steps that end above it are asked for; smaller ones are not.</source>
        <translation>到达比例高于此值的步骤需要审批，其余不需要。</translation>
    </message>
    <message>
        <source>Who approves</source>
        <translation>由谁审批</translation>
    </message>
    <message>
        <source>Whether the person who set the target may approve a step.</source>
        <translation>设定目标的人是否可以批准步骤。</translation>
    </message>
    <message>
        <source>Drill…</source>
        <translation>演练…</translation>
    </message>
    <message>
        <source>a time or a zone cannot be read</source>
        <translation>有时间或时区无法识别</translation>
    </message>
    <message>
        <source>Change windows: %1</source>
        <translation>变更窗口：%1</translation>
    </message>
    <message>
        <source>asked, waiting for the answer …</source>
        <translation>已查询，等待应答……</translation>
    </message>
    <message>
        <source>at once</source>
        <translation>立即</translation>
    </message>
    <message>
        <source>at the next sign-in</source>
        <translation>下次登录时</translation>
    </message>
    <message>
        <source>Users move</source>
        <translation>用户切换时机</translation>
    </message>
    <message>
        <source>When a step up reaches somebody who is signed in. Going back is at once.</source>
        <translation>向上推进涉及已登录的用户时。切回总是立即生效。</translation>
    </message>
    <message>
        <source>Without an id</source>
        <translation>无用户标识</translation>
    </message>
    <message>
        <source>Who serves requests that name no user.</source>
        <translation>没有用户标识的请求由谁服务。</translation>
    </message>
    <message>
        <source>Percentages, ascending: 1, 5, 25. From the last one on, or empty: by the step.</source>
        <translation>百分比，递增：1, 5, 25。最后一个之后，或留空，则按步长。</translation>
    </message>
</context>
<context>
    <name>crossfade::PolicyFacts</name>
    <message>
        <source>As set up</source>
        <translation>策略设置</translation>
    </message>
    <message>
        <source>by %1</source>
        <translation>每次 %1</translation>
    </message>
    <message numerus="yes">
        <source>%n set</source>
        <translation>
            <numerusform>已设 %n 步</numerusform>
        </translation>
    </message>
    <message>
        <source>At most</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步进</translation>
    </message>
    <message>
        <source>Holds for</source>
        <translation>稳定时长</translation>
    </message>
    <message>
        <source>Judged every</source>
        <translation>判定间隔</translation>
    </message>
    <message>
        <source>On a breach</source>
        <translation>违规时</translation>
    </message>
    <message>
        <source>Answer within</source>
        <translation>答复时限</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>无人答复</translation>
    </message>
    <message>
        <source>roll back</source>
        <translation>回滚</translation>
    </message>
    <message>
        <source>hold</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Approval</source>
        <translation>审批</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>each step</source>
        <translation>每一步</translation>
    </message>
    <message>
        <source>Without an id</source>
        <translation>无 ID 用户</translation>
    </message>
    <message>
        <source>above %1</source>
        <translation>超过 %1</translation>
    </message>
    <message>
        <source>%1, second person</source>
        <translation>%1，须第二人</translation>
    </message>
    <message>
        <source>at any time</source>
        <translation>任何时间</translation>
    </message>
    <message numerus="yes">
        <source>%1 and %n more</source>
        <translation>
            <numerusform>%1 等，另有 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>Steps up</source>
        <translation>推进时间</translation>
    </message>
    <message>
        <source>some steps</source>
        <translation>部分步骤</translation>
    </message>
    <message>
        <source>Users move</source>
        <translation>用户切换时机</translation>
    </message>
    <message>
        <source>at the next sign-in</source>
        <translation>下次登录时</translation>
    </message>
    <message>
        <source>at once</source>
        <translation>立即</translation>
    </message>
    <message>
        <source>Who is signed in</source>
        <translation>已登录用户</translation>
    </message>
    <message>
        <source>moves at the next sign-in</source>
        <translation>下次登录时迁移</translation>
    </message>
    <message>
        <source>%1, then %2</source>
        <translation>%1，之后%2</translation>
    </message>
</context>
<context>
    <name>crossfade::PolicyGateModel</name>
    <message>
        <source>OPEN</source>
        <translation>放行</translation>
    </message>
    <message>
        <source>BLOCKED</source>
        <translation>阻塞</translation>
    </message>
    <message>
        <source>NOT NEEDED</source>
        <translation>不需要</translation>
    </message>
    <message>
        <source>OVERRIDDEN</source>
        <translation>已越过</translation>
    </message>
    <message>
        <source>Gate</source>
        <translation>门禁</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Opens</source>
        <translation>放行时间</translation>
    </message>
</context>
<context>
    <name>crossfade::PolicyList</name>
    <message>
        <source>Shift policies</source>
        <translation>切流策略</translation>
    </message>
</context>
<context>
    <name>crossfade::PolicyModel</name>
    <message>
        <source>%1, %2 on NEW, %3</source>
        <translation>%1，%2 在 NEW，%3</translation>
    </message>
    <message>
        <source>%1: system %2</source>
        <translation>%1：系统 %2</translation>
    </message>
</context>
<context>
    <name>crossfade::PreviewDialog</name>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>What these edits would move</source>
        <translation>这些编辑将移动的用户</translation>
    </message>
    <message>
        <source>Decided for each of %1 known users before and after. Nothing is changed yet.</source>
        <translation>已对 %1 名已知用户逐一计算前后决策。尚未做任何更改。</translation>
    </message>
    <message>
        <source>Held back: %1 · writes on NEW that LEGACY would lack: %2</source>
        <translation>保留在 LEGACY：%1 · LEGACY 将缺少的 NEW 写入：%2</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>To %1</source>
        <translation>移到 %1</translation>
    </message>
    <message>
        <source>1 user</source>
        <translation>1 名用户</translation>
    </message>
    <message>
        <source>%1 users</source>
        <translation>%1 名用户</translation>
    </message>
    <message>
        <source>nobody</source>
        <translation>无人</translation>
    </message>
    <message>
        <source>The first users that move to %1</source>
        <translation>最先移到 %1 的用户</translation>
    </message>
    <message>
        <source>the first %1 of %2</source>
        <translation>%2 名中的前 %1 名</translation>
    </message>
    <message>
        <source>In doubt</source>
        <translation>存疑</translation>
    </message>
    <message>
        <source>Warnings stop nothing, but look at them before you save.</source>
        <translation>警告不会阻止任何操作，但请在保存前查看。</translation>
    </message>
    <message>
        <source>“%1”: %2</source>
        <comment>rule, warning</comment>
        <translation>“%1”：%2</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>警告</translation>
    </message>
</context>
<context>
    <name>crossfade::ProfileEditor</name>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Comparator</source>
        <translation>比对器</translation>
    </message>
    <message>
        <source>CA file</source>
        <translation>CA 文件</translation>
    </message>
    <message>
        <source>Token of the router</source>
        <translation>路由器令牌</translation>
    </message>
    <message>
        <source>Token of the comparator</source>
        <translation>比对器令牌</translation>
    </message>
    <message>
        <source>Router</source>
        <translation>路由器</translation>
    </message>
    <message>
        <source>Violet</source>
        <translation>紫色</translation>
    </message>
    <message>
        <source>Teal</source>
        <translation>青色</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>绿色</translation>
    </message>
    <message>
        <source>Magenta</source>
        <translation>品红</translation>
    </message>
    <message>
        <source>Grey</source>
        <translation>灰色</translation>
    </message>
    <message>
        <source>unchanged</source>
        <translation>未改动</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>One address a line; the next is asked when one does not answer.</source>
        <translation>每行一个地址；一个无响应时改问下一个。</translation>
    </message>
    <message>
        <source>Word</source>
        <translation>环境</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>PEM; only for certificates of your own authority.</source>
        <translation>PEM 格式；仅用于自建机构签发的证书。</translation>
    </message>
    <message>
        <source>Goes to the system keychain, never to a file.</source>
        <translation>存入系统钥匙串，绝不写入文件。</translation>
    </message>
    <message>
        <source>Certificates (*.pem *.crt);;All files (*)</source>
        <translation>证书 (*.pem *.crt);;所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>crossfade::Profiles</name>
    <message>
        <source>A profile needs a name.</source>
        <translation>连接配置需要一个名称。</translation>
    </message>
    <message>
        <source>Another profile has this name.</source>
        <translation>已有同名的连接配置。</translation>
    </message>
    <message>
        <source>At least one address of the router is needed.</source>
        <translation>至少需要一个路由器地址。</translation>
    </message>
    <message>
        <source>“%1” is no address like https://router.example:8443</source>
        <translation>“%1”不是形如 https://router.example:8443 的地址</translation>
    </message>
    <message>
        <source>“%1” is no address like https://comparator.example:8444</source>
        <translation>“%1”不是形如 https://comparator.example:8444 的地址</translation>
    </message>
    <message>
        <source>At most %1 addresses of one router are asked.</source>
        <translation>同一路由服务最多使用 %1 个地址。</translation>
    </message>
    <message>
        <source>“%1” stands twice: each replica has an address of its own.</source>
        <translation>“%1”出现了两次：每个副本应有各自的地址。</translation>
    </message>
    <message>
        <source>“%1”: either all addresses of a router begin with https, or none.</source>
        <translation>“%1”：同一路由服务的地址须全部以 https 开头，或全部不是。</translation>
    </message>
</context>
<context>
    <name>crossfade::ProposeDialog</name>
    <message>
        <source>Propose repairs</source>
        <translation>提议修复</translation>
    </message>
    <message>
        <source>A repair task for each entity with differences that the filter finds. Nothing is written before a task is approved.</source>
        <translation>为筛选到差异的每个实体建立一个修复任务。任务获批之前不会写入任何内容。</translation>
    </message>
    <message>
        <source>By now it is %1, not %2: nothing was proposed. Propose again if that is what you want.</source>
        <translation>现在是 %1，而不是 %2：没有提议任何修复。如确认，请再次提议。</translation>
    </message>
    <message>
        <source>Nothing was proposed</source>
        <translation>没有提议任何修复</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>any</source>
        <translation>任意</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>差异成因</translation>
    </message>
    <message>
        <source>(whole row)</source>
        <translation>（整行）</translation>
    </message>
    <message>
        <source>What the filter finds</source>
        <translation>筛选结果</translation>
    </message>
    <message>
        <source>Ctrl+Enter confirms.</source>
        <translation>Ctrl+Enter 确认。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Propose</source>
        <translation>提议</translation>
    </message>
    <message>
        <source>Show in Repairs</source>
        <translation>在“修复”页查看</translation>
    </message>
    <message>
        <source>It is on its way.</source>
        <translation>正在进行。</translation>
    </message>
    <message>
        <source>How many there are is not known yet.</source>
        <translation>尚不知有多少。</translation>
    </message>
    <message>
        <source>At most %1 with one proposal: narrow the filter.</source>
        <translation>一次最多提议 %1 个：请缩小筛选范围。</translation>
    </message>
    <message>
        <source>The filter finds nothing that can be repaired.</source>
        <translation>筛选未找到可修复的差异。</translation>
    </message>
    <message>
        <source>Say why first.</source>
        <translation>请先填写原因。</translation>
    </message>
    <message>
        <source>differences: open, confirmed, and hidden by no rule</source>
        <translation>个差异：未解决、已确认且未被规则隐藏</translation>
    </message>
    <message>
        <source>entities: a task for each, of a set for each of its members</source>
        <translation>个实体：每个建立一个任务；集合则每个成员一个</translation>
    </message>
    <message>
        <source>more have a task that goes on, and are left out</source>
        <translation>个另有进行中的任务，不包括在内</translation>
    </message>
    <message>
        <source>More than %1 are found. One proposal takes at most so many: narrow the filter.</source>
        <translation>找到的超过 %1 个。一次提议最多这么多：请缩小筛选范围。</translation>
    </message>
    <message>
        <source>The differences could not be counted</source>
        <translation>无法统计差异</translation>
    </message>
    <message>
        <source>Nothing was proposed.</source>
        <translation>没有提议任何修复。</translation>
    </message>
    <message numerus="yes">
        <source>Propose for %n difference(s)</source>
        <translation>
            <numerusform>为 %n 个差异提议修复</numerusform>
        </translation>
    </message>
    <message>
        <source>Sent, waiting for the answer …</source>
        <translation>已提交，等待答复…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message numerus="yes">
        <source>%n repair task(s) made. They wait to be approved.</source>
        <translation>
            <numerusform>已建立 %n 个修复任务，等待批准。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::RangeChooser</name>
    <message>
        <source>Time range</source>
        <translation>时间范围</translation>
    </message>
    <message>
        <source>5 min</source>
        <translation>5 分钟</translation>
    </message>
    <message>
        <source>1 h</source>
        <translation>1 小时</translation>
    </message>
    <message>
        <source>24 h</source>
        <translation>24 小时</translation>
    </message>
    <message>
        <source>Custom…</source>
        <translation>自定义…</translation>
    </message>
</context>
<context>
    <name>crossfade::ReasonDialog</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Say why first.</source>
        <translation>请先填写原因。</translation>
    </message>
    <message>
        <source>It is on its way.</source>
        <translation>正在提交。</translation>
    </message>
    <message>
        <source>Sent, waiting for the answer …</source>
        <translation>已提交，等待答复…</translation>
    </message>
</context>
<context>
    <name>crossfade::ReasonField</name>
    <message>
        <source>Reason (needed, kept in the audit)</source>
        <translation>原因（必填，记入审计）</translation>
    </message>
    <message>
        <source>Reason (kept in the audit)</source>
        <translation>原因（记入审计）</translation>
    </message>
</context>
<context>
    <name>crossfade::RecurrenceFields</name>
    <message>
        <source>Repeats every week</source>
        <translation>每周重复</translation>
    </message>
    <message>
        <source>On these days</source>
        <translation>在这些日子</translation>
    </message>
    <message>
        <source>the day on which it begins</source>
        <translation>开始的那一天</translation>
    </message>
    <message>
        <source>Begins at this time of day</source>
        <translation>每天开始的时刻</translation>
    </message>
    <message>
        <source>Ends at this time of day</source>
        <translation>每天结束的时刻</translation>
    </message>
    <message>
        <source>Begins at</source>
        <translation>开始时刻</translation>
    </message>
    <message>
        <source>time of day, 22:00</source>
        <translation>时刻，如 22:00</translation>
    </message>
    <message>
        <source>Ends at</source>
        <translation>结束时刻</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>时区</translation>
    </message>
    <message>
        <source>Time zone of the weekly times</source>
        <translation>每周时段的时区</translation>
    </message>
    <message>
        <source>a time like 22:00</source>
        <translation>类似 22:00 的时刻</translation>
    </message>
    <message>
        <source>of the next day</source>
        <translation>次日</translation>
    </message>
    <message>
        <source>of the same day</source>
        <translation>当天</translation>
    </message>
    <message>
        <source>not known on this machine</source>
        <translation>本机不认识此时区</translation>
    </message>
    <message>
        <source>now %1</source>
        <translation>现为 %1</translation>
    </message>
</context>
<context>
    <name>crossfade::RepairBulkSession</name>
    <message numerus="yes">
        <source>%1 repairs rejected at once</source>
        <translation>
            <numerusform>一次驳回 %1 个修复</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 repairs approved at once</source>
        <translation>
            <numerusform>一次批准 %1 个修复</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::RepairDetail</name>
    <message>
        <source>Task</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Fields before and after</source>
        <translation>修复前后的字段</translation>
    </message>
    <message>
        <source>Changed since it was seen: then | now</source>
        <translation>自查看以来已变化：当时 | 现在</translation>
    </message>
    <message>
        <source>Fields that changed since the task was made</source>
        <translation>任务创建以来变化的字段</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Reason, kept in the audit</source>
        <translation>原因，记入审计</translation>
    </message>
    <message>
        <source>Assign…</source>
        <translation>指派…</translation>
    </message>
    <message>
        <source>Reject</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>Approve and run</source>
        <translation>批准并执行</translation>
    </message>
    <message>
        <source>A reason is needed: it is kept in the audit. It stays for the next task.</source>
        <translation>需要填写原因：它会记入审计，并保留给下一个任务。</translation>
    </message>
    <message>
        <source>No task selected</source>
        <translation>未选择任务</translation>
    </message>
    <message>
        <source>Select a task to see exactly what it would change.</source>
        <translation>选择一个任务，查看它将更改的确切内容。</translation>
    </message>
    <message>
        <source>Task %1 · %2 %3</source>
        <translation>任务 %1 · %2 %3</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 到 %2</translation>
    </message>
    <message>
        <source>Asked for by %1</source>
        <translation>由 %1 提出</translation>
    </message>
    <message>
        <source>, %1</source>
        <translation>，%1</translation>
    </message>
    <message>
        <source>: “%1”</source>
        <translation>：“%1”</translation>
    </message>
    <message>
        <source> · assigned to %1</source>
        <translation> · 指派给 %1</translation>
    </message>
    <message>
        <source>%1 before</source>
        <translation>%1（修复前）</translation>
    </message>
    <message>
        <source>%1 after</source>
        <translation>%1（修复后）</translation>
    </message>
    <message>
        <source>Statement that will run on %1</source>
        <translation>将在 %1 上执行的语句</translation>
    </message>
    <message>
        <source>Statement</source>
        <translation>语句</translation>
    </message>
    <message>
        <source>One transaction. If %1 no longer holds these values, nothing is written and the task turns STALE.</source>
        <translation>在一个事务中执行。若 %1 不再是这些值，则不写入任何内容，任务变为“已过期”。</translation>
    </message>
    <message>
        <source>Look again and run</source>
        <translation>重新查看并执行</translation>
    </message>
    <message>
        <source>The task is %1.</source>
        <translation>任务状态：%1。</translation>
    </message>
    <message>
        <source>It is on its way.</source>
        <translation>正在提交。</translation>
    </message>
    <message>
        <source>Approve for later…</source>
        <translation>批准，稍后执行…</translation>
    </message>
    <message>
        <source>Undo…</source>
        <translation>撤销…</translation>
    </message>
    <message>
        <source>%1 for %2</source>
        <translation>%1，于 %2</translation>
    </message>
    <message>
        <source>It is being undone.</source>
        <translation>正在撤销。</translation>
    </message>
    <message>
        <source>Confirm deletions…</source>
        <translation>确认删除…</translation>
    </message>
    <message>
        <source>Call it off</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Task %1: %2</source>
        <translation>任务 %1：%2</translation>
    </message>
    <message>
        <source>Waits for other repairs of the same database: %1</source>
        <translation>等待同一数据库的其他修复：%1</translation>
    </message>
</context>
<context>
    <name>crossfade::RepairModel</name>
    <message>
        <source>Task</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Entity</source>
        <translation>实体</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>变更</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>已等待</translation>
    </message>
    <message>
        <source>runs at %1</source>
        <translation>于 %1 执行</translation>
    </message>
    <message>
        <source>marked</source>
        <translation>已标记</translation>
    </message>
    <message>
        <source>not marked</source>
        <translation>未标记</translation>
    </message>
    <message>
        <source>waits for other repairs: %1</source>
        <translation>等待其他修复：%1</translation>
    </message>
</context>
<context>
    <name>crossfade::RepairProposalSession</name>
    <message numerus="yes">
        <source>%n repair task(s) proposed</source>
        <translation>
            <numerusform>已提议 %n 个修复任务</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::RepairsPage</name>
    <message>
        <source>Repairs</source>
        <translation>数据修复</translation>
    </message>
    <message>
        <source>Which repair tasks</source>
        <translation>显示哪些修复任务</translation>
    </message>
    <message>
        <source>Filter the repair tasks</source>
        <translation>筛选修复任务</translation>
    </message>
    <message>
        <source>Tasks</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Repair tasks</source>
        <translation>修复任务</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>未解决</translation>
    </message>
    <message>
        <source>Mine</source>
        <translation>我的</translation>
    </message>
    <message>
        <source>Unassigned</source>
        <translation>未指派</translation>
    </message>
    <message>
        <source>For approval</source>
        <translation>待审批</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>The repair tasks could not be read</source>
        <translation>无法读取修复任务</translation>
    </message>
    <message>
        <source>Nothing is repaired without an approval.</source>
        <translation>未经批准不会执行任何修复。</translation>
    </message>
    <message>
        <source>Nothing matches</source>
        <translation>没有匹配项</translation>
    </message>
    <message>
        <source>No task here holds this text.</source>
        <translation>此处没有任务包含此文本。</translation>
    </message>
    <message>
        <source>No task here</source>
        <translation>此处没有任务</translation>
    </message>
    <message>
        <source>A repair task is made from a difference, on the Consistency page.</source>
        <translation>修复任务在“数据一致性”页面由差异创建。</translation>
    </message>
    <message>
        <source>repair %1 %2</source>
        <translation>修复 %1 %2</translation>
    </message>
    <message>
        <source>Decide by filter…</source>
        <translation>按筛选决定…</translation>
    </message>
    <message>
        <source>Assignment…</source>
        <translation>分派…</translation>
    </message>
    <message>
        <source>Who gets new repairs to see to</source>
        <translation>新修复交给谁</translation>
    </message>
    <message>
        <source>%1, the newest %2 are here</source>
        <translation>%1，此处为最新的 %2 个</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>Shows the tasks whose field, type, entity or person has this in it</source>
        <translation>显示字段、类型、实体或人员中包含此内容的任务</translation>
    </message>
</context>
<context>
    <name>crossfade::RepairsSession</name>
    <message>
        <source>You asked for it yourself: a second person must approve.</source>
        <translation>这是您自己申请的：必须由另一人批准。</translation>
    </message>
    <message>
        <source>Another command on it is on its way.</source>
        <translation>对它的另一个命令正在进行。</translation>
    </message>
    <message>
        <source>Task %1 was not changed</source>
        <translation>任务 %1 未更改</translation>
    </message>
</context>
<context>
    <name>crossfade::RollBackDialog</name>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>There is no preview yet.</source>
        <translation>尚无预览。</translation>
    </message>
    <message>
        <source>no policy serves more than this on NEW</source>
        <translation>没有策略在 NEW 上的占比高于此值</translation>
    </message>
    <message>
        <source>0 users</source>
        <translation>0 名用户</translation>
    </message>
    <message>
        <source>being computed …</source>
        <translation>正在计算…</translation>
    </message>
    <message>
        <source>not available</source>
        <translation>不可用</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>%1 Rolling back does not need a preview.</source>
        <translation>%1 回滚不需要预览。</translation>
    </message>
    <message>
        <source>computed %1 from the directory, %2 known users</source>
        <translation>%1 根据用户目录计算，%2 名已知用户</translation>
    </message>
    <message numerus="yes">
        <source>%n shift(s)</source>
        <translation>
            <numerusform>%n 个切流</numerusform>
        </translation>
    </message>
    <message>
        <source>stop and become ROLLED BACK: %1</source>
        <translation>停止并变为“已回滚”：%1</translation>
    </message>
    <message>
        <source>%1 on NEW</source>
        <translation>%1 在 NEW</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Roll back everything to %1</source>
        <translation>全部回滚到 %1</translation>
    </message>
    <message>
        <source>Roll back %1 to %2</source>
        <translation>将 %1 回滚到 %2</translation>
    </message>
    <message>
        <source>It is on its way.</source>
        <translation>正在提交。</translation>
    </message>
    <message>
        <source>Say why first.</source>
        <translation>请先填写原因。</translation>
    </message>
    <message>
        <source>%1 already serves no more than %2 on NEW.</source>
        <translation>%1 在 NEW 上的占比已不高于 %2。</translation>
    </message>
    <message>
        <source>Sent, waiting for the answer …</source>
        <translation>已提交，等待答复…</translation>
    </message>
    <message>
        <source>Not rolled back: %1 What you typed is kept.</source>
        <translation>未回滚：%1 您填写的内容已保留。</translation>
    </message>
    <message>
        <source>master %1 → %2</source>
        <translation>总开关 %1 → %2</translation>
    </message>
    <message>
        <source>nothing was on NEW by a policy</source>
        <translation>没有用户因策略而在 NEW 上</translation>
    </message>
    <message>
        <source>Done in epoch %1: %2</source>
        <translation>已在版本 %1 完成：%2</translation>
    </message>
    <message>
        <source>rolled back: %1</source>
        <translation>已回滚：%1</translation>
    </message>
    <message>
        <source>as it was before</source>
        <translation>回滚前的情况</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Roll back</source>
        <translation>回滚</translation>
    </message>
    <message>
        <source>Roll back — %1</source>
        <translation>回滚 — %1</translation>
    </message>
    <message>
        <source>Roll back traffic to LEGACY</source>
        <translation>将流量回滚到 LEGACY</translation>
    </message>
    <message>
        <source>Needs no guard, window or second person. Works while other pages are loading or broken.</source>
        <translation>不需要守护阈值、时间窗或第二人。即使其他页面加载中或出错也能使用。</translation>
    </message>
    <message>
        <source>What to roll back</source>
        <translation>回滚范围</translation>
    </message>
    <message>
        <source>Share that stays on NEW, percent</source>
        <translation>保留在 NEW 的百分比</translation>
    </message>
    <message>
        <source>How to roll back</source>
        <translation>回滚方式</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>立即</translation>
    </message>
    <message>
        <source>By steps</source>
        <translation>逐步</translation>
    </message>
    <message>
        <source>of traffic stays on NEW</source>
        <translation>的流量保留在 NEW</translation>
    </message>
    <message>
        <source>What</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>To</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>How</source>
        <translation>方式</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Exact list…</source>
        <translation>完整名单…</translation>
    </message>
    <message>
        <source>now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>after</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>Ctrl+Enter confirms. Enter alone does nothing.</source>
        <translation>Ctrl+Enter 确认。仅按 Enter 不会执行。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>%1 is not among the policies that were read. Choose anew.</source>
        <translation>已读取的策略中没有 %1。请重新选择。</translation>
    </message>
    <message>
        <source>forward only ended</source>
        <translation>只做转发已结束</translation>
    </message>
    <message>
        <source>move by policies</source>
        <translation>按策略迁移</translation>
    </message>
    <message numerus="yes">
        <source>%n user group(s)</source>
        <translation>
            <numerusform>%n 个用户分组</numerusform>
        </translation>
    </message>
    <message>
        <source>go back as a whole: %1</source>
        <translation>整体退回：%1</translation>
    </message>
    <message>
        <source>User groups</source>
        <translation>用户分组</translation>
    </message>
    <message>
        <source>not all could be read; all of them go back</source>
        <translation>未能全部读取；所有用户分组都会退回</translation>
    </message>
    <message>
        <source>Master NEW</source>
        <translation>总开关 NEW</translation>
    </message>
    <message>
        <source>is switched off</source>
        <translation>将关闭</translation>
    </message>
    <message>
        <source>Forward only</source>
        <translation>只做转发</translation>
    </message>
    <message>
        <source>group %1: %2 users</source>
        <translation>用户分组 %1：%2 个用户</translation>
    </message>
    <message>
        <source>Who is on NEW all the same could not be read: ask the tester.</source>
        <translation>仍在 NEW 上的用户无法读取：请用测试页查询。</translation>
    </message>
    <message>
        <source>Still on NEW: %1.</source>
        <translation>仍在 NEW 上：%1。</translation>
    </message>
    <message>
        <source>Rolled back at the router that answered: %1. Not yet stored: its database does not answer. It will be stored when that does; other routers follow then.</source>
        <translation>已在应答的路由器上回滚：%1。尚未存储：其数据库没有响应。数据库恢复响应后将自动存储，其他路由器随后跟进。</translation>
    </message>
    <message>
        <source>rolled back, not yet stored: %1</source>
        <translation>已回滚，尚未存储：%1</translation>
    </message>
    <message>
        <source>%1 was not rolled back: %2</source>
        <translation>%1 未回滚：%2</translation>
    </message>
</context>
<context>
    <name>crossfade::RuleEditor</name>
    <message>
        <source>Name of the rule</source>
        <translation>规则名称</translation>
    </message>
    <message>
        <source>Who the rule is for</source>
        <translation>规则对象</translation>
    </message>
    <message>
        <source>In force from</source>
        <translation>生效起始</translation>
    </message>
    <message>
        <source>In force until</source>
        <translation>生效截止</translation>
    </message>
    <message>
        <source>Reason of the rule</source>
        <translation>规则原因</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>Platform that serves</source>
        <translation>服务平台</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>优先级</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>the smaller wins</source>
        <translation>数值小者优先</translation>
    </message>
    <message>
        <source>always</source>
        <translation>始终</translation>
    </message>
    <message>
        <source>for ever</source>
        <translation>永久</translation>
    </message>
    <message>
        <source>From</source>
        <translation>起始</translation>
    </message>
    <message>
        <source>2026-11-21 14:00, %1</source>
        <translation>2026-11-21 14:00，%1</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>截止</translation>
    </message>
    <message>
        <source>not included</source>
        <translation>不含该时刻</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>returned with each decision</source>
        <translation>随每次决策返回</translation>
    </message>
    <message>
        <source>Serves</source>
        <translation>服务平台</translation>
    </message>
    <message>
        <source>Kept here until you save.</source>
        <translation>保存之前仅保留在此处。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Keep edit</source>
        <translation>保留编辑</translation>
    </message>
    <message>
        <source>a time like 2026-11-21 14:00</source>
        <translation>形如 2026-11-21 14:00 的时间</translation>
    </message>
    <message>
        <source>The form still has a field that is not right.</source>
        <translation>表单中仍有不正确的字段。</translation>
    </message>
</context>
<context>
    <name>crossfade::RuleModel</name>
    <message>
        <source>on</source>
        <translation>开</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>will be deleted</source>
        <translation>将被删除</translation>
    </message>
    <message>
        <source>Prio</source>
        <translation>优先级</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>For</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Serves</source>
        <translation>服务平台</translation>
    </message>
    <message>
        <source>In force (%1)</source>
        <translation>生效时间（%1）</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
</context>
<context>
    <name>crossfade::RuleTable</name>
    <message>
        <source>Filter: name, user, reason</source>
        <translation>筛选：名称、用户、原因</translation>
    </message>
    <message>
        <source>Filter the rules</source>
        <translation>筛选规则</translation>
    </message>
    <message>
        <source>Add rule</source>
        <translation>添加规则</translation>
    </message>
    <message>
        <source>Duplicate the rule</source>
        <translation>复制该规则</translation>
    </message>
    <message>
        <source>Duplicate (Ctrl+D)</source>
        <translation>复制（Ctrl+D）</translation>
    </message>
    <message>
        <source>Delete the rule, or take back its edit</source>
        <translation>删除该规则，或撤回其编辑</translation>
    </message>
    <message>
        <source>Delete (Del); once more takes it back</source>
        <translation>删除（Del）；再按一次撤回</translation>
    </message>
    <message>
        <source>Routing rules</source>
        <translation>路由规则</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Reason, kept in the audit</source>
        <translation>原因，记入审计</translation>
    </message>
    <message>
        <source>Preview…</source>
        <translation>预览…</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>New %1</source>
        <translation>新建%1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Select a rule first.</source>
        <translation>请先选择一条规则。</translation>
    </message>
    <message>
        <source>The rules could not be read</source>
        <translation>无法读取规则</translation>
    </message>
    <message>
        <source>Requests go on being decided by the rules as they are stored.</source>
        <translation>请求仍按已保存的规则决定。</translation>
    </message>
    <message>
        <source>Nothing matches</source>
        <translation>没有匹配项</translation>
    </message>
    <message>
        <source>No rule of this kind holds this text.</source>
        <translation>此类规则中没有包含此文本的。</translation>
    </message>
    <message>
        <source>No %1 yet</source>
        <translation>尚无%1</translation>
    </message>
    <message>
        <source>A rule sends one user, system or span of time to a platform, before any shift policy is asked.</source>
        <translation>规则先于切流策略，将某个用户、系统或时间段固定到一个平台。</translation>
    </message>
    <message>
        <source>%1 Static check of %2 rules, 1 finding.</source>
        <translation>%1 对 %2 条规则做了静态检查，发现 1 个问题。</translation>
    </message>
    <message>
        <source>%1 Static check of %2 rules, %3 findings.</source>
        <translation>%1 对 %2 条规则做了静态检查，发现 %3 个问题。</translation>
    </message>
    <message>
        <source>1 unsaved edit</source>
        <translation>1 处未保存的编辑</translation>
    </message>
    <message>
        <source>%1 unsaved edits</source>
        <translation>%1 处未保存的编辑</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>正在保存…</translation>
    </message>
    <message>
        <source>An edit has a field that is not right.</source>
        <translation>有一处编辑的字段不正确。</translation>
    </message>
    <message>
        <source>The reason is too long.</source>
        <translation>原因过长。</translation>
    </message>
    <message>
        <source>Save 1 edit</source>
        <translation>保存 1 处编辑</translation>
    </message>
    <message>
        <source>Save %1 edits</source>
        <translation>保存 %1 处编辑</translation>
    </message>
</context>
<context>
    <name>crossfade::RuleTransferBar</name>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Import rules from a file</source>
        <translation>从文件导入规则</translation>
    </message>
    <message>
        <source>Written: %1 (%2 bytes)</source>
        <translation>已写入：%1（%2 字节）</translation>
    </message>
    <message>
        <source>Imported: %1 new, %2 changed, %3 as before</source>
        <translation>已导入：新建 %1 条，修改 %2 条，未变 %3 条</translation>
    </message>
    <message>
        <source>Rules from a CSV or JSON file; what it would do is shown first (Ctrl+Shift+I)</source>
        <translation>从 CSV 或 JSON 文件导入规则；先显示将产生的改动（Ctrl+Shift+I）</translation>
    </message>
    <message>
        <source>Stop export</source>
        <translation>停止导出</translation>
    </message>
    <message>
        <source>Export: %1 bytes so far …</source>
        <translation>导出：已收到 %1 字节……</translation>
    </message>
    <message>
        <source>Import rules</source>
        <translation>导入规则</translation>
    </message>
    <message>
        <source>Rules (*.csv *.json)</source>
        <translation>规则 (*.csv *.json)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Export stopped; no file was written.</source>
        <translation>导出已停止；未写入文件。</translation>
    </message>
    <message>
        <source>Export all rules</source>
        <translation>导出全部规则</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>user rules</source>
        <translation>用户规则</translation>
    </message>
    <message>
        <source>system rules</source>
        <translation>系统规则</translation>
    </message>
    <message>
        <source>time rules</source>
        <translation>时间规则</translation>
    </message>
    <message>
        <source>Only what is shown: %1…</source>
        <translation>仅当前显示的：%1…</translation>
    </message>
    <message>
        <source>Only what is shown: %1 with “%2” in name, target or reason…</source>
        <translation>仅当前显示的：名称、对象或原因中含“%2”的%1…</translation>
    </message>
    <message>
        <source>Export rules to a file</source>
        <translation>将规则导出到文件</translation>
    </message>
    <message>
        <source>Rules to a CSV or JSON file, all or what is shown (Ctrl+Shift+E)</source>
        <translation>将规则导出为 CSV 或 JSON 文件，全部或仅当前显示的（Ctrl+Shift+E）</translation>
    </message>
    <message>
        <source>All rules…</source>
        <translation>全部规则…</translation>
    </message>
    <message>
        <source>Export the rules shown</source>
        <translation>导出当前显示的规则</translation>
    </message>
</context>
<context>
    <name>crossfade::RuleTransferSession</name>
    <message>
        <source>The router does not answer; this is off until it is back.</source>
        <translation>路由器无响应；恢复之前此功能停用。</translation>
    </message>
    <message>
        <source>%1 could not be written: %2</source>
        <translation>无法写入 %1：%2</translation>
    </message>
    <message>
        <source>Choose a .csv or a .json file, as an export writes them.</source>
        <translation>请选择 .csv 或 .json 文件，格式与导出的文件相同。</translation>
    </message>
    <message>
        <source>The file has %1 MiB; the router takes at most %2 MiB, or 20 000 rules. Divide it.</source>
        <translation>该文件有 %1 MiB；路由器最多接受 %2 MiB 或 20 000 条规则。请拆分文件。</translation>
    </message>
    <message>
        <source>The file could not be read: %1</source>
        <translation>无法读取该文件：%1</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>该文件是空的。</translation>
    </message>
    <message>
        <source>The router takes at most %1 MiB, or 20 000 rules. Divide the file.</source>
        <translation>路由器最多接受 %1 MiB 或 20 000 条规则。请拆分文件。</translation>
    </message>
    <message>
        <source>No answer: it may or may not have been done. Import it once more: what was done is not done twice. (%1)</source>
        <translation>没有应答：无法确定是否已完成。请再次导入：已完成的内容不会重复执行。（%1）</translation>
    </message>
    <message>
        <source>Rules were changed since the file was checked; nothing was imported. It is checked anew.</source>
        <translation>文件检查之后规则已有改动；未导入任何内容，现重新检查。</translation>
    </message>
    <message>
        <source>Nothing was imported: %1</source>
        <translation>未导入任何内容：%1</translation>
    </message>
    <message>
        <source>Given up while it was sent: the router stores a file only once it has all of it.</source>
        <translation>发送途中已放弃：路由器只有收到完整文件后才会写入。</translation>
    </message>
</context>
<context>
    <name>crossfade::RulesPage</name>
    <message>
        <source>Routing rules</source>
        <translation>路由规则</translation>
    </message>
    <message>
        <source>Kind of rule</source>
        <translation>规则类型</translation>
    </message>
    <message>
        <source>Users</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Systems</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Switches</source>
        <translation>开关</translation>
    </message>
    <message>
        <source>Tester</source>
        <translation>测试器</translation>
    </message>
    <message>
        <source>Import rules…</source>
        <translation>导入规则…</translation>
    </message>
    <message>
        <source>CSV or JSON; what it would do is shown first</source>
        <translation>CSV 或 JSON；先显示将产生的改动</translation>
    </message>
    <message>
        <source>Export all rules…</source>
        <translation>导出全部规则…</translation>
    </message>
    <message>
        <source>CSV or JSON</source>
        <translation>CSV 或 JSON</translation>
    </message>
</context>
<context>
    <name>crossfade::RulesSession</name>
    <message>
        <source>%1-copy</source>
        <translation>%1-副本</translation>
    </message>
    <message>
        <source>1 routing rule saved</source>
        <translation>已保存 1 条路由规则</translation>
    </message>
    <message>
        <source>%1 routing rules saved</source>
        <translation>已保存 %1 条路由规则</translation>
    </message>
    <message>
        <source>undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>last saved edit of a rule taken back</source>
        <translation>已撤回最近一次保存的规则编辑</translation>
    </message>
</context>
<context>
    <name>crossfade::RunPane</name>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Cancel run</source>
        <translation>取消运行</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>尚无</translation>
    </message>
    <message>
        <source>A run compares every row of both sides.</source>
        <translation>一次运行会比对两侧的每一行。</translation>
    </message>
    <message>
        <source>started %1</source>
        <translation>开始于 %1</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待中</translation>
    </message>
    <message numerus="yes">
        <source>%1 ids asked, %2 could not be read; %3</source>
        <translation>
            <numerusform>查询了 %1 个 ID，%2 个无法读取；%3</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 ids asked; %2</source>
        <translation>
            <numerusform>查询了 %1 个 ID；%2</numerusform>
        </translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>不限速</translation>
    </message>
    <message>
        <source> rows/s</source>
        <translation> 行/秒</translation>
    </message>
    <message>
        <source>How many rows a second the run may read; 0 is no limit</source>
        <translation>本次运行每秒最多读取的行数；0 表示不限速</translation>
    </message>
    <message>
        <source>How many rows a second the run may read, from its next batch on; 0 is no limit</source>
        <translation>从下一批起，本次运行每秒最多读取的行数；0 表示不限速</translation>
    </message>
    <message>
        <source>At &amp;most</source>
        <translation>最多(&amp;M)</translation>
    </message>
    <message>
        <source>Set limit</source>
        <translation>设定限速</translation>
    </message>
</context>
<context>
    <name>crossfade::RunPartDialog</name>
    <message>
        <source>Run a part</source>
        <translation>运行一部分</translation>
    </message>
    <message>
        <source>The check looks at some rows instead of all of them. Gates go by runs over all rows alone.</source>
        <translation>检查只看一部分行，而不是所有行。门槛只以覆盖所有行的运行为准。</translation>
    </message>
    <message>
        <source>Which rows</source>
        <translation>哪些行</translation>
    </message>
    <message>
        <source>A sample</source>
        <translation>抽样</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>有变化的行</translation>
    </message>
    <message>
        <source>By ids</source>
        <translation>按 ID</translation>
    </message>
    <message>
        <source>Rows to draw</source>
        <translation>抽取行数</translation>
    </message>
    <message>
        <source>about as many, at most %1; others each time</source>
        <translation>约为此数，最多 %1；每次抽取不同的行</translation>
    </message>
    <message>
        <source>What such a sample can show</source>
        <translation>这样的抽样能证明什么</translation>
    </message>
    <message>
        <source>What such a run reads</source>
        <translation>这样的运行读取什么</translation>
    </message>
    <message>
        <source>Look at the keys of all rows, too</source>
        <translation>同时查看所有行的键</translation>
    </message>
    <message>
        <source>finds rows that were deleted; done by itself in every tenth run and once a day</source>
        <translation>可发现已删除的行；每十次运行及每天会自动做一次</translation>
    </message>
    <message>
        <source>100482, 100517 …</source>
        <translation>100482, 100517 …</translation>
    </message>
    <message>
        <source>Ids to check</source>
        <translation>要检查的 ID</translation>
    </message>
    <message>
        <source>Load a file…</source>
        <translation>载入文件…</translation>
    </message>
    <message>
        <source>A text file of ids; it takes the place of what stands here</source>
        <translation>ID 的文本文件；会取代此处的内容</translation>
    </message>
    <message>
        <source>Separated by line breaks, spaces, commas or semicolons; in &quot;quotes&quot; where one of these is part of an id. At most %1 ids of %2 bytes.</source>
        <translation>以换行、空格、逗号或分号分隔；若 ID 含有这些字符，请加英文双引号 &quot;…&quot;。最多 %1 个 ID，每个 %2 字节。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message numerus="yes">
        <source>Run %n id(s)</source>
        <translation>
            <numerusform>运行 %n 个 ID</numerusform>
        </translation>
    </message>
    <message>
        <source>of all rows are looked at: there are no more</source>
        <translation>的行都会查看：总共就这么多</translation>
    </message>
    <message>
        <source>of all rows at least are equal where none of the drawn ones differs; confidence %1</source>
        <translation>以上的行一致——如果抽取的行都没有差异；置信度 %1</translation>
    </message>
    <message>
        <source>is the threshold of this check: such a sample can show it</source>
        <translation>是此检查的阈值：这样的抽样可以证明</translation>
    </message>
    <message>
        <source>is the threshold of this check: it takes about %1 rows to show it</source>
        <translation>是此检查的阈值：约需 %1 行才能证明</translation>
    </message>
    <message>
        <source>is the threshold of this check: only a run over all rows can show it</source>
        <translation>是此检查的阈值：只有覆盖所有行的运行才能证明</translation>
    </message>
    <message>
        <source>since the last run over all or changed rows, by the change column (%1)</source>
        <translation>自上次覆盖所有行或变化行的运行以来，依据变更列（%1）</translation>
    </message>
    <message>
        <source>open differences are read again</source>
        <translation>个未解决的差异会重新读取</translation>
    </message>
    <message>
        <source>all rows were compared last</source>
        <translation>上次比较所有行</translation>
    </message>
    <message>
        <source>The mapping is of sets: it is not known which of them changed.</source>
        <translation>该映射是集合：无法得知哪些发生了变化。</translation>
    </message>
    <message>
        <source>The mapping names a change column on neither side.</source>
        <translation>该映射两侧都没有指定变更列。</translation>
    </message>
    <message>
        <source>A run over all rows has to end first.</source>
        <translation>须先完成一次覆盖所有行的运行。</translation>
    </message>
    <message numerus="yes">
        <source>%n id(s)</source>
        <translation>
            <numerusform>%n 个 ID</numerusform>
        </translation>
    </message>
    <message>
        <source>more than %1 ids</source>
        <translation>超过 %1 个 ID</translation>
    </message>
    <message>
        <source>more than %1 bytes of ids</source>
        <translation>ID 超过 %1 字节</translation>
    </message>
    <message>
        <source>“%1…” has more than %2 bytes</source>
        <translation>“%1…”超过 %2 字节</translation>
    </message>
    <message>
        <source>the quote before “%1” is not closed</source>
        <translation>“%1”之前的引号没有闭合</translation>
    </message>
    <message numerus="yes">
        <source>%1, without %n that stand(s) there again</source>
        <translation>
            <numerusform>%1，另有 %n 个重复未计</numerusform>
        </translation>
    </message>
    <message>
        <source>Load ids</source>
        <translation>载入 ID</translation>
    </message>
    <message>
        <source>Text (*.txt *.csv)</source>
        <translation>文本 (*.txt *.csv)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>The file could not be read: %1</source>
        <translation>无法读取该文件：%1</translation>
    </message>
    <message>
        <source>The file has more than %1 bytes.</source>
        <translation>文件超过 %1 字节。</translation>
    </message>
    <message>
        <source>The file is not text in UTF-8.</source>
        <translation>文件不是 UTF-8 文本。</translation>
    </message>
    <message>
        <source>The check is gone.</source>
        <translation>该检查已不存在。</translation>
    </message>
    <message>
        <source>Sent to the comparator…</source>
        <translation>已提交到比对器…</translation>
    </message>
    <message>
        <source>It is running.</source>
        <translation>正在运行。</translation>
    </message>
    <message>
        <source>Name at least one id.</source>
        <translation>请至少填写一个 ID。</translation>
    </message>
    <message>
        <source>The check was not started</source>
        <translation>检查未能启动</translation>
    </message>
</context>
<context>
    <name>crossfade::RunningShiftsModel</name>
    <message>
        <source>Policy</source>
        <translation>策略</translation>
    </message>
    <message>
        <source>NEW share</source>
        <translation>NEW 占比</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
</context>
<context>
    <name>crossfade::SandboxPane</name>
    <message>
        <source>Sandbox</source>
        <translation>沙箱</translation>
    </message>
    <message>
        <source>Two small platforms on this machine, LEGACY and NEW, with a router, a comparator and some load: to learn and to try things out. Nothing in it is real, everything goes away with the console.</source>
        <translation>在本机运行 LEGACY 与 NEW 两个小型平台，附带路由器、比对器和一些负载，供学习与试用。其中没有真实数据，关闭控制台后全部清除。</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Start and connect</source>
        <translation>启动并连接</translation>
    </message>
    <message>
        <source>Break it, and see what Crossfade does</source>
        <translation>制造故障，看 Crossfade 如何应对</translation>
    </message>
    <message>
        <source>Nothing here touches rules or shifts: faults go into the platforms themselves, as they would in earnest.</source>
        <translation>这里不改动规则或切流：故障直接发生在平台上，与真实情况相同。</translation>
    </message>
    <message>
        <source>Load</source>
        <translation>负载</translation>
    </message>
    <message>
        <source>Plant %1 differences</source>
        <translation>植入 %1 处差异</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>What goes wrong at NEW</source>
        <translation>NEW 的故障</translation>
    </message>
    <message>
        <source>What goes wrong at LEGACY</source>
        <translation>LEGACY 的故障</translation>
    </message>
    <message>
        <source>healthy</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>30 % errors</source>
        <translation>30 % 错误</translation>
    </message>
    <message>
        <source>500 ms slower</source>
        <translation>慢 500 毫秒</translation>
    </message>
    <message>
        <source>outage</source>
        <translation>中断</translation>
    </message>
    <message>
        <source>Requests a second</source>
        <translation>每秒请求数</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>%1 a second</source>
        <translation>每秒 %1</translation>
    </message>
    <message>
        <source>NOT RUNNING</source>
        <translation>未运行</translation>
    </message>
    <message>
        <source>STARTING</source>
        <translation>启动中</translation>
    </message>
    <message>
        <source>RUNNING</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>FAILED</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>It is starting.</source>
        <translation>正在启动。</translation>
    </message>
    <message>
        <source>It does not run.</source>
        <translation>未在运行。</translation>
    </message>
    <message>
        <source>does not answer</source>
        <translation>无应答</translation>
    </message>
    <message>
        <source>%1 % errors, %2 ms slower</source>
        <translation>%1 % 错误，慢 %2 毫秒</translation>
    </message>
    <message numerus="yes">
        <source>%n planted; a run of the check finds them.</source>
        <translation>
            <numerusform>已植入 %n 处；运行检查即可发现。</numerusform>
        </translation>
    </message>
    <message>
        <source>Missing, extra and altered users, for a check to find.</source>
        <translation>缺失、多余和被改动的用户，供检查发现。</translation>
    </message>
</context>
<context>
    <name>crossfade::SandboxProcess</name>
    <message>
        <source>The sandbox was not ready within two minutes.</source>
        <translation>沙箱未能在两分钟内就绪。</translation>
    </message>
    <message>
        <source>%1 could not be started: %2</source>
        <translation>无法启动 %1：%2</translation>
    </message>
    <message>
        <source>Starting two platforms, the router and the comparator…</source>
        <translation>正在启动两个平台、路由器和比对器…</translation>
    </message>
    <message>
        <source>The sandbox printed something that is no answer.</source>
        <translation>沙箱输出了无法识别的内容。</translation>
    </message>
    <message>
        <source>The sandbox ended (exit code %1): %2</source>
        <translation>沙箱已结束（退出码 %1）：%2</translation>
    </message>
</context>
<context>
    <name>crossfade::SegmentSquares</name>
    <message>
        <source>%1 of %2 segments</source>
        <translation>%1 / %2 段</translation>
    </message>
    <message>
        <source>%1 segments</source>
        <translation>%1 段</translation>
    </message>
</context>
<context>
    <name>crossfade::SettingsPane</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Desktop notifications of approvals and alerts</source>
        <translation>审批与告警的桌面通知</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Time zone</source>
        <translation>时区</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Tooltips show UTC besides.</source>
        <translation>提示中另附 UTC 时间。</translation>
    </message>
</context>
<context>
    <name>crossfade::ShiftCharts</name>
    <message>
        <source>%1 · %2 · %3 · %4 · %5</source>
        <translation>%1 · %2 · %3 · %4 · %5</translation>
    </message>
    <message>
        <source>Success rate</source>
        <translation>成功率</translation>
    </message>
    <message>
        <source>Latency</source>
        <translation>延迟</translation>
    </message>
    <message>
        <source>Success rate of NEW and LEGACY</source>
        <translation>NEW 与 LEGACY 的成功率</translation>
    </message>
    <message>
        <source>Latency of NEW and LEGACY</source>
        <translation>NEW 与 LEGACY 的延迟</translation>
    </message>
    <message>
        <source>% · 1 s slots</source>
        <translation>% · 1 秒粒度</translation>
    </message>
    <message>
        <source>Latency %1</source>
        <translation>%1 延迟</translation>
    </message>
    <message>
        <source>ms · 1 s slots</source>
        <translation>ms · 1 秒粒度</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
</context>
<context>
    <name>crossfade::ShiftPage</name>
    <message>
        <source>Suspend %1?</source>
        <translation>挂起 %1？</translation>
    </message>
    <message>
        <source>The shift stops at %1 and acts on nothing until somebody resumes it. Guards go on being judged and shown.</source>
        <translation>切流停在 %1，在有人恢复之前不做任何动作。守护阈值继续判定并显示。</translation>
    </message>
    <message>
        <source>Suspend</source>
        <translation>挂起</translation>
    </message>
    <message>
        <source>Resume %1?</source>
        <translation>恢复 %1？</translation>
    </message>
    <message>
        <source>The shift goes on from %1; stabilization starts anew and guards count from zero.</source>
        <translation>切流从 %1 继续；稳定期重新开始，守护阈值从零计数。</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Finalize %1?</source>
        <translation>将 %1 定案？</translation>
    </message>
    <message>
        <source>The share of %1 becomes a rule and the policy ends. There is no way back out of it but a new policy.</source>
        <translation>%1 的占比将固化为规则，策略随之结束。除新建策略外无法撤回。</translation>
    </message>
    <message>
        <source>Finalize</source>
        <translation>定案</translation>
    </message>
    <message>
        <source>Override the gate “%1”?</source>
        <translation>越过门禁“%1”？</translation>
    </message>
    <message>
        <source>For the next step of %1 only, this gate no longer has to be open. The override is kept in the audit.</source>
        <translation>仅对 %1 的下一步，此门禁不再要求放行。越过操作会记入审计。</translation>
    </message>
    <message>
        <source>Override</source>
        <translation>越过</translation>
    </message>
    <message>
        <source>Walk %1 to %2?</source>
        <translation>将 %1 逐步推进到 %2？</translation>
    </message>
    <message>
        <source>The runner raises the share from %1 step by step, and only while every guard holds.</source>
        <translation>执行器从 %1 起逐步提升占比，且仅在所有守护阈值都满足时推进。</translation>
    </message>
    <message>
        <source>Apply target %1</source>
        <translation>应用目标 %1</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>being computed …</source>
        <translation>正在计算…</translation>
    </message>
    <message>
        <source>users</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>being counted …</source>
        <translation>正在统计…</translation>
    </message>
    <message>
        <source>from the directory, once the target is reached</source>
        <translation>根据用户目录，达到目标后</translation>
    </message>
    <message>
        <source>not available</source>
        <translation>不可用</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Delete %1?</source>
        <translation>删除 %1？</translation>
    </message>
    <message>
        <source>The policy and its guards go; its history stays in the audit. It serves nobody on NEW, so nobody moves.</source>
        <translation>策略及其守护阈值将被删除；其历史保留在审计中。NEW 上没有它的用户，因此不会移动任何人。</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Traffic shift</source>
        <translation>切流</translation>
    </message>
    <message>
        <source>Policies</source>
        <translation>策略</translation>
    </message>
    <message>
        <source>New policy</source>
        <translation>新建策略</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>编辑…</translation>
    </message>
    <message>
        <source>Delete policy</source>
        <translation>删除策略</translation>
    </message>
    <message>
        <source>Suspend…</source>
        <translation>挂起…</translation>
    </message>
    <message>
        <source>Resume…</source>
        <translation>恢复…</translation>
    </message>
    <message>
        <source>Finalize…</source>
        <translation>定案…</translation>
    </message>
    <message>
        <source>Roll back…</source>
        <translation>回滚…</translation>
    </message>
    <message>
        <source>Review…</source>
        <translation>查看…</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>All in Audit</source>
        <translation>在审计中查看</translation>
    </message>
    <message>
        <source>History of this shift</source>
        <translation>此切流的历史</translation>
    </message>
    <message>
        <source>The shift policies can&apos;t be read</source>
        <translation>无法读取切流策略</translation>
    </message>
    <message>
        <source>Traffic goes on as set. ROLL BACK above still works.</source>
        <translation>流量按当前设置继续。上方的“回滚”仍可使用。</translation>
    </message>
    <message>
        <source>No shift policy yet</source>
        <translation>尚无切流策略</translation>
    </message>
    <message>
        <source>A policy moves a system’s users to NEW step by step and stops when a guard fails. Nothing moves until you apply a target.</source>
        <translation>策略将一个系统的用户逐步移到 NEW，守护阈值不满足时停止。应用目标之前不会移动任何用户。</translation>
    </message>
    <message>
        <source>New policy…</source>
        <translation>新建策略…</translation>
    </message>
    <message>
        <source>%1 · rolls back in %2</source>
        <translation>%1 · %2 后回滚</translation>
    </message>
    <message>
        <source>step %1 of %2</source>
        <translation>第 %1 步，共 %2 步</translation>
    </message>
    <message>
        <source>system %1</source>
        <translation>系统 %1</translation>
    </message>
    <message>
        <source>since %1 %2</source>
        <translation>自 %1 %2</translation>
    </message>
    <message>
        <source>%1 tripped.</source>
        <translation>%1 已触发。</translation>
    </message>
    <message>
        <source>A guard tripped.</source>
        <translation>守护阈值已触发。</translation>
    </message>
    <message>
        <source>Stopped at %1.</source>
        <translation>已停在 %1。</translation>
    </message>
    <message>
        <source>There is no policy.</source>
        <translation>没有策略。</translation>
    </message>
    <message>
        <source>This policy serves nobody on NEW.</source>
        <translation>此策略在 NEW 上没有用户。</translation>
    </message>
    <message>
        <source>nothing yet</source>
        <translation>尚无</translation>
    </message>
    <message>
        <source>%1 changes since %2</source>
        <translation>自 %2 起 %1 次变更</translation>
    </message>
    <message>
        <source>policy · %1 · %2</source>
        <translation>策略 · %1 · %2</translation>
    </message>
    <message>
        <source>not read</source>
        <translation>未读取</translation>
    </message>
    <message>
        <source>WAS %1</source>
        <translation>曾为 %1</translation>
    </message>
    <message>
        <source>Stopped at %1. All go back to LEGACY at %2 %3 if nobody answers.</source>
        <translation>已停在 %1。若无人答复，%2 %3 全部退回 LEGACY。</translation>
    </message>
    <message>
        <source>Stopped at %1. It stays there, held, if nobody answers by %2 %3.</source>
        <translation>已停在 %1。若到 %2 %3 仍无人答复，则保持不动（暂停）。</translation>
    </message>
    <message numerus="yes">
        <source>%n policies</source>
        <translation>
            <numerusform>%n 个策略</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 running</source>
        <translation>%1 个运行中</translation>
    </message>
    <message>
        <source>%1 not %2 in %3 of %4 windows.</source>
        <translation>%1 在 %4 个窗口中有 %3 个不满足 %2。</translation>
    </message>
    <message>
        <source>It changed meanwhile. Close this and look again.</source>
        <translation>其间状态已变化。请关闭此窗口并重新查看。</translation>
    </message>
    <message>
        <source>It takes over its system from “%1” for all others, at the same %2 and with the same users: in that moment nobody moves.</source>
        <translation>它从覆盖其余系统的“%1”接管自己的系统，比例同为 %2，用户不变：接管的这一刻没有人被迁移。</translation>
    </message>
    <message>
        <source>Call off the start of %1?</source>
        <translation>取消 %1 的开始？</translation>
    </message>
    <message>
        <source>It is a draft again and serves nobody until somebody starts it.</source>
        <translation>它将恢复为草稿，在有人启动之前不服务任何用户。</translation>
    </message>
    <message>
        <source>Call off</source>
        <translation>取消开始</translation>
    </message>
    <message>
        <source>%1 From there the runner raises the share step by step, and only while every guard holds.</source>
        <translation>%1 之后由执行器逐步提高比例，且仅在所有守护阈值都满足时。</translation>
    </message>
    <message>
        <source>Start at</source>
        <translation>开始时间</translation>
    </message>
    <message>
        <source>now</source>
        <translation>立即</translation>
    </message>
    <message>
        <source>Drill: what it would have done with what was recorded</source>
        <translation>演练：对照已有记录会做什么</translation>
    </message>
    <message>
        <source>%1, %2; empty: now</source>
        <translation>%1，%2；留空：立即</translation>
    </message>
    <message>
        <source>a time like %1</source>
        <translation>形如 %1 的时间</translation>
    </message>
    <message>
        <source>Start it then</source>
        <translation>届时开始</translation>
    </message>
    <message>
        <source>The start must be a time like %1, or empty for now.</source>
        <translation>开始时间须形如 %1，留空表示立即。</translation>
    </message>
    <message>
        <source>Call off…</source>
        <translation>取消开始…</translation>
    </message>
</context>
<context>
    <name>crossfade::ShiftSession</name>
    <message>
        <source>saved shift policy “%1”</source>
        <translation>已保存切流策略“%1”</translation>
    </message>
    <message>
        <source>the preview was made anew: the router did not know it any more</source>
        <translation>预览已重新生成：路由器已不再保留原来的预览</translation>
    </message>
    <message>
        <source>rolled back at this router; not yet stored, will be stored when the database answers</source>
        <translation>已在此路由器上回滚；尚未存储，数据库恢复响应后将自动存储</translation>
    </message>
</context>
<context>
    <name>crossfade::SpanPopup</name>
    <message>
        <source>Time range</source>
        <translation>时间范围</translation>
    </message>
    <message>
        <source>From</source>
        <translation>起始</translation>
    </message>
    <message>
        <source>To</source>
        <translation>截止</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>The end must be after the beginning.</source>
        <translation>结束时间必须晚于开始时间。</translation>
    </message>
    <message>
        <source>The beginning lies in the future.</source>
        <translation>开始时间在将来。</translation>
    </message>
    <message numerus="yes">
        <source>Measurements are kept for %n day(s).</source>
        <translation>
            <numerusform>测量数据保留 %n 天。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crossfade::SplitBar</name>
    <message>
        <source>NEW %1 %, LEGACY %2 %</source>
        <translation>NEW %1 %，LEGACY %2 %</translation>
    </message>
    <message>
        <source>Split unknown</source>
        <translation>流量分布未知</translation>
    </message>
</context>
<context>
    <name>crossfade::StaleChip</name>
    <message>
        <source>STALE %1 old</source>
        <translation>已过期 %1</translation>
    </message>
</context>
<context>
    <name>crossfade::StateView</name>
    <message>
        <source>Loading</source>
        <translation>正在加载</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>crossfade::StatementView</name>
    <message>
        <source>Statement: %1</source>
        <translation>语句：%1</translation>
    </message>
</context>
<context>
    <name>crossfade::StatusLine</name>
    <message>
        <source>Activity</source>
        <translation>活动记录</translation>
    </message>
    <message>
        <source>Nothing has happened yet.</source>
        <translation>尚无活动。</translation>
    </message>
    <message>
        <source>live · %1 s</source>
        <translation>实时 · %1 秒</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>正在连接</translation>
    </message>
    <message>
        <source>no connection</source>
        <translation>无连接</translation>
    </message>
    <message>
        <source>connection lost %1 ago</source>
        <translation>连接已断开 %1</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>未连接</translation>
    </message>
</context>
<context>
    <name>crossfade::Strip</name>
    <message>
        <source>last 60 s</source>
        <translation>近 60 秒</translation>
    </message>
    <message>
        <source>ROLL BACK…</source>
        <translation>回滚…</translation>
    </message>
    <message>
        <source>Master</source>
        <translation>总开关</translation>
    </message>
    <message>
        <source>Master switch %1</source>
        <translation>总开关 %1</translation>
    </message>
    <message>
        <source>The master switch sends everybody to one platform; OFF: the rules decide.</source>
        <translation>总开关将所有人送往一个平台；关闭时由规则决定。</translation>
    </message>
    <message>
        <source>Measured: %1 requests in the last 60 s.</source>
        <translation>实测：近 60 秒 %1 次请求。</translation>
    </message>
    <message>
        <source>%1: %2 of its users to NEW · %3</source>
        <translation>%1：%2 的用户到 NEW · %3</translation>
    </message>
    <message>
        <source>0 approvals</source>
        <translation>0 项审批</translation>
    </message>
    <message numerus="yes">
        <source>%n approval(s)</source>
        <translation>
            <numerusform>%n 项审批</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>剩余 %1</translation>
    </message>
    <message>
        <source>0 alerts</source>
        <translation>0 条告警</translation>
    </message>
    <message numerus="yes">
        <source>%n alert(s)</source>
        <translation>
            <numerusform>%n 条告警</numerusform>
        </translation>
    </message>
    <message>
        <source>Back to LEGACY: one policy, or everything. Works on every page and over every dialog: Ctrl+Shift+R.</source>
        <translation>退回 LEGACY：单个策略或全部。在任何页面、任何对话框之上都可用：Ctrl+Shift+R。</translation>
    </message>
    <message>
        <source>WAS %1</source>
        <translation>此前为 %1</translation>
    </message>
    <message>
        <source>— approvals</source>
        <translation>— 项审批</translation>
    </message>
    <message>
        <source>— alerts</source>
        <translation>— 条告警</translation>
    </message>
    <message>
        <source>FORWARD ONLY</source>
        <translation>只做转发</translation>
    </message>
</context>
<context>
    <name>crossfade::SwitchesPanel</name>
    <message>
        <source>Master switch</source>
        <translation>总开关</translation>
    </message>
    <message>
        <source>Default platform</source>
        <translation>默认平台</translation>
    </message>
    <message>
        <source>Master</source>
        <translation>总开关</translation>
    </message>
    <message>
        <source>Serves what no rule and no shift policy decides: line 11 of the decision table.</source>
        <translation>服务于没有规则也没有切流策略决定的请求：决策表第 11 行。</translation>
    </message>
    <message>
        <source>Reason, kept in the audit</source>
        <translation>原因，记入审计</translation>
    </message>
    <message>
        <source>Preview…</source>
        <translation>预览…</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Save switches</source>
        <translation>保存开关</translation>
    </message>
    <message>
        <source>The switches could not be read</source>
        <translation>无法读取开关</translation>
    </message>
    <message>
        <source>They stay as they are stored.</source>
        <translation>它们保持已保存的状态。</translation>
    </message>
    <message>
        <source> · changed by %1, %2</source>
        <translation> · 由 %1 更改，%2</translation>
    </message>
    <message>
        <source>Now: %1%2</source>
        <translation>当前：%1%2</translation>
    </message>
    <message>
        <source>Now: %1</source>
        <translation>当前：%1</translation>
    </message>
    <message>
        <source>Set master to %1</source>
        <translation>将总开关设为 %1</translation>
    </message>
    <message>
        <source>Id threshold</source>
        <translation>ID 阈值</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Reads compared</source>
        <translation>读对比</translation>
    </message>
    <message>
        <source>Forward only</source>
        <translation>只做转发</translation>
    </message>
    <message>
        <source>Inserts to NEW</source>
        <translation>新增数据归 NEW</translation>
    </message>
    <message>
        <source>What is new begins its life on NEW, whoever creates it: line 6. LEGACY never knows of it.</source>
        <translation>新建的数据直接落在 NEW：决策表第 6 行。LEGACY 不会知道它。</translation>
    </message>
    <message>
        <source>Entities whose number is this or higher are served by NEW: line 8a. Empty: none.</source>
        <translation>编号达到或超过此值的实体由 NEW 服务：决策表第 8a 行。留空表示不启用。</translation>
    </message>
    <message>
        <source>Dual write</source>
        <translation>双写</translation>
    </message>
    <message>
        <source>Inserts, updates and deletes go to both platforms; the answer is that of the platform decided on.</source>
        <translation>新增、更新和删除同时写入两个平台；应答以决策得出的平台为准。</translation>
    </message>
    <message>
        <source>Aggregation</source>
        <translation>聚合</translation>
    </message>
    <message>
        <source>Lists are asked of both platforms and merged.</source>
        <translation>列表同时向两个平台查询并合并。</translation>
    </message>
    <message>
        <source>The share of users whose reads are asked of both and compared; always the same users, and none of them moves by it.</source>
        <translation>将读请求同时发往两侧并对比的用户占比；始终是同一批用户，且不会因此移动任何人。</translation>
    </message>
    <message>
        <source>The id threshold is a whole number, or empty.</source>
        <translation>ID 阈值须为整数，或留空。</translation>
    </message>
    <message>
        <source>Who serves everybody changes: say why.</source>
        <translation>将改变所有人的服务平台：请说明原因。</translation>
    </message>
    <message>
        <source>Not in LEGACY to NEW</source>
        <translation>LEGACY 中不存在的转 NEW</translation>
    </message>
    <message>
        <source>Entities that the index of LEGACY&apos;s keys lacks are served by NEW: line 8b. Their writes stay there.</source>
        <translation>LEGACY 主键索引中没有的实体由 NEW 服务：决策表第 8b 行。其写入也只在 NEW。</translation>
    </message>
    <message>
        <source>Hold inconsistent</source>
        <translation>留置不一致数据</translation>
    </message>
    <message>
        <source>LEGACY or NEW answers every request before any rule is asked. OFF lets rules, policies and the default decide. LEGACY is for emergencies; NEW needs an administrator, and a second person who approves.</source>
        <translation>LEGACY 或 NEW：在查询任何规则之前应答所有请求。OFF：由规则、策略和默认平台决定。LEGACY 用于紧急情况；NEW 需要管理员提出，并由第二人批准。</translation>
    </message>
    <message>
        <source>The last stage: NEW answers everything and LEGACY only forwards. Needs an administrator, and a second person who approves; a roll back of everything ends it.</source>
        <translation>最后阶段：NEW 应答全部请求，LEGACY 只做转发。需要管理员提出，并由第二人批准；全部回滚会结束此状态。</translation>
    </message>
    <message>
        <source>FOR APPROVAL</source>
        <translation>待审批</translation>
    </message>
    <message>
        <source>Review…</source>
        <translation>查看…</translation>
    </message>
    <message>
        <source>Somebody asked already: that is answered first.</source>
        <translation>已有人提出请求：须先答复该请求。</translation>
    </message>
    <message>
        <source>Ask a second person…</source>
        <translation>请第二人批准…</translation>
    </message>
    <message>
        <source>Users and entities with a confirmed difference stay on LEGACY until it is repaired: line 7. Those on NEW already stay on NEW: nobody is moved back.</source>
        <translation>已确认存在数据差异的用户和实体在修复之前留在 LEGACY：决策表第 7 行。已经在 NEW 上的用户和实体继续由 NEW 服务，不会被切回。</translation>
    </message>
    <message>
        <source>%1 %2 Any change of the switches withdraws it. “%3”</source>
        <translation>%1 %2 开关的任何改动都会撤回该请求。“%3”</translation>
    </message>
    <message>
        <source>Gray lists</source>
        <translation>灰度名单</translation>
    </message>
    <message>
        <source>Entities, users and interfaces on one of them are served by NEW: line 8c. Where a list of entities is enforced, those on none stay on LEGACY: line 8d.</source>
        <translation>名单上的实体、用户和接口由 NEW 服务：决策表第 8c 行。若有强制的实体名单，不在任何强制名单上的实体留在 LEGACY：第 8d 行。</translation>
    </message>
</context>
<context>
    <name>crossfade::SwitchesSession</name>
    <message>
        <source>undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>last change of a switch taken back</source>
        <translation>已撤回最近一次开关更改</translation>
    </message>
    <message>
        <source>switches saved</source>
        <translation>开关已保存</translation>
    </message>
    <message>
        <source>What LEGACY does not know can go to NEW only while inserts go to NEW.</source>
        <translation>只有在新增数据写入 NEW 期间，才能把 LEGACY 中不存在的数据交给 NEW。</translation>
    </message>
    <message>
        <source>The router has no complete index of LEGACY&apos;s keys yet; the comparator pushes it.</source>
        <translation>路由器还没有完整的 LEGACY 主键索引；该索引由比对器推送。</translation>
    </message>
    <message>
        <source>asked: waits for a second person</source>
        <translation>已提出请求：等待第二人批准</translation>
    </message>
    <message>
        <source>done at this router; not yet stored, will be stored when the database answers</source>
        <translation>已在此路由器上生效；尚未存储，数据库恢复响应后将自动存储</translation>
    </message>
</context>
<context>
    <name>crossfade::TargetPane</name>
    <message>
        <source>%1 stabilizing, %2 of %3</source>
        <translation>%1 稳定中，%2 / %3</translation>
    </message>
    <message>
        <source>%1 stopped, a rollback is proposed</source>
        <translation>%1 已停止，提议回滚</translation>
    </message>
    <message>
        <source>%1 held: %2</source>
        <translation>%1 暂停：%2</translation>
    </message>
    <message>
        <source>%1 suspended by an operator</source>
        <translation>%1 已由操作员挂起</translation>
    </message>
    <message>
        <source>guards held to %1</source>
        <translation>守护阈值已通过至 %1</translation>
    </message>
    <message>
        <source>Preview list…</source>
        <translation>预览名单…</translation>
    </message>
    <message>
        <source>Apply target</source>
        <translation>应用目标</translation>
    </message>
    <message>
        <source>Target share of users on NEW, percent</source>
        <translation>NEW 用户的目标百分比</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>Roll back to %1…</source>
        <translation>回滚到 %1…</translation>
    </message>
    <message>
        <source>Apply target %1…</source>
        <translation>应用目标 %1…</translation>
    </message>
    <message>
        <source>There is no policy.</source>
        <translation>没有策略。</translation>
    </message>
    <message>
        <source>A shift can&apos;t be given a target while it is %1.</source>
        <translation>切流处于“%1”状态时不能设定目标。</translation>
    </message>
    <message>
        <source>Move the target first: it stands where the share is.</source>
        <translation>请先移动目标：它与当前占比相同。</translation>
    </message>
    <message>
        <source>This target is applied already.</source>
        <translation>此目标已应用。</translation>
    </message>
    <message>
        <source>There is no preview of this target yet.</source>
        <translation>此目标尚无预览。</translation>
    </message>
    <message>
        <source>preview not available</source>
        <translation>预览不可用</translation>
    </message>
</context>
<context>
    <name>crossfade::TesterPane</name>
    <message>
        <source>Tester</source>
        <translation>测试器</translation>
    </message>
    <message>
        <source>who serves this request?</source>
        <translation>这个请求由谁服务？</translation>
    </message>
    <message>
        <source>User of the request</source>
        <translation>请求的用户</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>System of the request</source>
        <translation>请求的系统</translation>
    </message>
    <message>
        <source>Entity of the request</source>
        <translation>请求的实体</translation>
    </message>
    <message>
        <source>Time of the request</source>
        <translation>请求的时间</translation>
    </message>
    <message>
        <source>now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>now, or a time like 2026-11-21 14:00</source>
        <translation>现在，或形如 2026-11-21 14:00 的时间</translation>
    </message>
    <message>
        <source>Operation of the request</source>
        <translation>请求的操作</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>Operation</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Entity</source>
        <translation>实体</translation>
    </message>
    <message>
        <source>At</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>With your unsaved edits</source>
        <translation>加上未保存的编辑</translation>
    </message>
    <message>
        <source>Lines of the decision table</source>
        <translation>决策表各行</translation>
    </message>
    <message>
        <source>The time is not read yet: write it like 2026-11-21 14:00.</source>
        <translation>时间尚无法识别：请按 2026-11-21 14:00 的格式填写。</translation>
    </message>
    <message>
        <source>Ask about a request</source>
        <translation>查询一个请求</translation>
    </message>
    <message>
        <source>Type a user or a system: the answer names the platform, the line of the decision table that decided, and since when.</source>
        <translation>输入用户或系统：结果会给出平台、决定它的决策表行以及起始时间。</translation>
    </message>
    <message>
        <source>No decision</source>
        <translation>没有决策</translation>
    </message>
    <message>
        <source>Too many rules to decide with the unsaved edits here; save or preview them.</source>
        <translation>规则过多，无法在此计算未保存编辑的结果；请保存或预览。</translation>
    </message>
    <message>
        <source>epoch %1</source>
        <translation>版本 %1</translation>
    </message>
    <message>
        <source>On %1; never moved</source>
        <translation>由 %1 服务；从未移动</translation>
    </message>
    <message>
        <source>Not in the directory</source>
        <translation>不在用户目录中</translation>
    </message>
    <message>
        <source>No answer yet</source>
        <translation>尚无结果</translation>
    </message>
    <message>
        <source>The router is asked as soon as it is connected.</source>
        <translation>路由器连接后将立即查询。</translation>
    </message>
    <message>
        <source>On %1 since %2 (%3)</source>
        <translation>自 %2 起在 %1（%3）</translation>
    </message>
</context>
<context>
    <name>crossfade::TesterVerdict</name>
    <message>
        <source>%1 · line %2 %3</source>
        <translation>%1 · 第 %2 行 %3</translation>
    </message>
    <message>
        <source>asking…</source>
        <translation>查询中…</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
</context>
<context>
    <name>crossfade::TraceModel</name>
    <message>
        <source>master is LEGACY</source>
        <translation>总开关为 LEGACY</translation>
    </message>
    <message>
        <source>user rule</source>
        <translation>用户规则</translation>
    </message>
    <message>
        <source>system rule</source>
        <translation>系统规则</translation>
    </message>
    <message>
        <source>time rule</source>
        <translation>时间规则</translation>
    </message>
    <message>
        <source>policy, no user id</source>
        <translation>策略，无用户 ID</translation>
    </message>
    <message>
        <source>policy, bucket</source>
        <translation>策略，分桶</translation>
    </message>
    <message>
        <source>default platform</source>
        <translation>默认平台</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Condition</source>
        <translation>条件</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>发现时间</translation>
    </message>
    <message>
        <source>master is NEW, forward only</source>
        <translation>总开关为 NEW，或只做转发</translation>
    </message>
    <message>
        <source>inserts to NEW</source>
        <translation>新增数据归 NEW</translation>
    </message>
    <message>
        <source>id threshold</source>
        <translation>ID 阈值</translation>
    </message>
    <message>
        <source>held, inconsistent</source>
        <translation>数据不一致，留置</translation>
    </message>
    <message>
        <source>not in LEGACY</source>
        <translation>LEGACY 中不存在</translation>
    </message>
    <message>
        <source>gray list</source>
        <translation>灰度名单</translation>
    </message>
    <message>
        <source>not on the gray list</source>
        <translation>不在灰度名单</translation>
    </message>
    <message>
        <source>user group</source>
        <translation>用户分组</translation>
    </message>
</context>
<context>
    <name>crossfade::ValueMapModel</name>
    <message>
        <source>(empty text)</source>
        <translation>（空文本）</translation>
    </message>
    <message>
        <source>Value of LEGACY</source>
        <translation>LEGACY 的值</translation>
    </message>
    <message>
        <source>is, on NEW</source>
        <translation>在 NEW 是</translation>
    </message>
</context>
</TS>
