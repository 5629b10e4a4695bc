using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Cluster;

public sealed class ProviderUsageTests
{
    [Fact]
    public async Task LostEvents_MakeFiguresUnavailableAndTheSystemDegraded_AlsoAfterARestart()
    {
        var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        await Append(cluster, Event(cluster));
        var ingest = cluster.Grains.GetGrain<IUsageIngestGrain>(0);
        var loss = new UsageLoss(Guid.NewGuid(), "polygon", 3, cluster.Clock.GetUtcNow());
        await ingest.ReportLoss([loss, loss, new UsageLoss(Guid.NewGuid(), "nobody", 1, cluster.Clock.GetUtcNow())]);
        await cluster.Until(() => cluster.Status() == SystemStatus.Degraded, "telemetry degrades");
        Assert.Equal(Codes.TelemetryLost, cluster.Node.Read().Snapshot!.Blockers.Single().Code);
        await AssertUnavailable(cluster);

        await using var restarted = await cluster.RestartAsync();
        await restarted.Until(() => restarted.Status() == SystemStatus.Degraded, "still degraded after a restart");
        await AssertUnavailable(restarted);

        restarted.Clock.Advance(TimeSpan.FromHours(24));
        await restarted.Until(async () => await Unavailable(restarted) is [], "over once the window no longer reaches back to the loss");
    }

    [Fact]
    public async Task FirstReadOfTheFigures_HoldsUpNoEvidence_AndIsNoFigure()
    {
        var windows = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var cluster = await ControlPlaneCluster.StartAsync(c => c.Stores.Windows = windows);
        cluster.SetAllKeys();
        await cluster.Until(() => cluster.Status() == SystemStatus.Degraded, "open, and no more than degraded, without the figures");
        Assert.All(cluster.Node.Read().Snapshot!.Blockers, blocker => Assert.Equal(Codes.DataUnavailable, blocker.Code));

        var asked = Status(cluster, "polygon");
        await cluster.Until(() => asked.IsCompleted, "whoever asks for figures does not wait for ever");
        Assert.Null((await asked).Usage);
        Assert.Equal(s_fields, (await asked).Unavailable.Select(u => u.Field).Intersect(s_fields));

        cluster.Stores.Windows = null;
        windows.SetResult();
        await cluster.UntilOk();
        Assert.Equal(0, (await Status(cluster, "polygon")).Usage!.Count24h);
    }

    [Fact]
    public async Task LostEvents_StoreDown_AreToldAgainUntilWritten()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        cluster.Stores.Failing = true;
        var loss = new UsageLoss(Guid.NewGuid(), "polygon", 3, cluster.Clock.GetUtcNow());
        await Assert.ThrowsAnyAsync<Exception>(() => cluster.Grains.GetGrain<IUsageIngestGrain>(0).ReportLoss([loss]));
        Assert.Contains(await Unavailable(cluster), u => u is { Field: "proof_of_use_count_24h", Code: Codes.TelemetryLost });
        cluster.Stores.Resume();
        await cluster.Grains.GetGrain<IUsageIngestGrain>(0).ReportLoss([loss]);
        await AssertUnavailable(cluster);
    }

    /// <summary>More than the cores of any machine: an activation a core would let no more calls share a commit.</summary>
    [Fact]
    public async Task Append_ManyCallsWhileACommitWaits_AllReachTheStoreBeforeItAnswers()
    {
        const int Calls = 300;
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.Stores.Hang();
        var ingest = cluster.Grains.GetGrain<IUsageIngestGrain>(0);
        var receipts = Enumerable.Range(0, Calls).Select(_ => ingest.Append([Event(cluster)])).ToList();
        await cluster.Until(() => cluster.Stores.UsageAppends >= Calls, "all calls wait for the store");
        Assert.DoesNotContain(receipts, receipt => receipt.IsCompleted);
        cluster.Stores.Resume();
        Assert.All(await Task.WhenAll(receipts), receipt => Assert.Equal((1, 0), (receipt.Accepted, receipt.Duplicates)));
    }

    [Fact]
    public async Task Append_BadEventsAmongGoodOnes_AreRefusedInTheirPlacesAndTheOthersWritten()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        var (first, third) = (Event(cluster), Event(cluster));
        var receipt = await cluster.Grains.GetGrain<IUsageIngestGrain>(0).Append(
            [first, first with { EventId = Guid.NewGuid(), Provider = "nobody" }, third, third, third with { EventId = Guid.NewGuid(), TraceId = new string('G', 32) }]);
        Assert.Equal((2, 1), (receipt.Accepted, receipt.Duplicates));
        Assert.Equal([(1, Codes.UnknownProvider), (4, Codes.InvalidRequest)], receipt.Rejected.Select(rejection => (rejection.Index, rejection.Code)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StoreLost_IdleProviders_AreUnavailableWithinTheLease_AndBackByThemselves(bool hangs)
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(c => c.Usage.ReconcileSeconds = 3_600);
        cluster.SetAllKeys();
        await cluster.UntilOk();
        await Append(cluster, Event(cluster), Event(cluster, UsageStatus.Error));
        await cluster.Until(async () => (await Status(cluster, "polygon")).Usage is { Count24h: 2 }, "counted");
        var version = (await Status(cluster, "oanda")).Version;

        if (hangs) cluster.Stores.Hang();
        else cluster.Stores.Failing = true;
        await cluster.Advance(cluster.Gate.LeaseSeconds + 0.2);
        foreach (var provider in s_idle)
        {
            var status = await Status(cluster, provider);
            Assert.Null(status.Usage);
            Assert.Equal(s_fields, status.Unavailable.Where(u => u.Code == Codes.DataUnavailable).Select(u => u.Field).Intersect(s_fields));
        }

        Assert.True((await Status(cluster, "oanda")).Version > version, "Those who watch are not told.");
        var detail = cluster.Grains.GetGrain<IProviderGrain>("oanda").GetDetail();
        await cluster.Until(() => detail.IsCompleted, "an answer", 60);
        Assert.Null((await detail)!.Usage24h);

        // Committed by another silo, whose word never came: only a look at the table can tell.
        cluster.Stores.Slip(Event(cluster));
        cluster.Stores.Resume();
        await cluster.Until(async () => (await Status(cluster, "polygon")).Usage is { Count24h: 3, Errors24h: 1 }, "read anew", 10);
        await cluster.Until(async () => (await Status(cluster, "oanda")) is { Usage.Count24h: 0, Unavailable: [] }, "back", 10);
    }

    [Theory]
    [InlineData(LostAnswer.Settled)]
    [InlineData(LostAnswer.Unknown)]
    public async Task CommittedEvents_AnswerLost_AreInTheFiguresSoon(LostAnswer answer)
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(c => c.Usage.ReconcileSeconds = 3_600);
        await Append(cluster, Event(cluster));
        await cluster.Until(async () => (await Status(cluster, "polygon")).Usage is { Count24h: 1 }, "counted");

        cluster.Stores.LostUsage = answer;
        ImmutableArray<UsageEvent> lost = [Event(cluster, UsageStatus.Error)];
        var append = cluster.Grains.GetGrain<IUsageIngestGrain>(0).Append(lost);
        if (answer == LostAnswer.Unknown) await Assert.ThrowsAnyAsync<Exception>(() => append);
        else Assert.Equal(1, (await append).Accepted);
        cluster.Stores.LostUsage = LostAnswer.No;
        if (answer == LostAnswer.Unknown) Assert.Equal(1, (await cluster.Grains.GetGrain<IUsageIngestGrain>(0).Append(lost)).Duplicates);

        await cluster.Until(async () => (await Status(cluster, "polygon")).Usage is { Count24h: 2, Errors24h: 1 }, "counted from the table", 10);
    }

    [Fact]
    public async Task StoreProbed_OnceForAllProviders()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync();
        cluster.SetAllKeys();
        await cluster.UntilOk();
        var before = cluster.Stores.Probes;
        await cluster.Advance(10);
        Assert.InRange(cluster.Stores.Probes - before, 1, 11);
    }

    [Fact]
    public async Task FailingCalls_BringTheVerifyForward_ButNotBelowItsMinimumInterval()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(c =>
        {
            c.Verify.MinIntervalSeconds = 30;
            c.Verify.FreshnessSeconds = 3_600;
        });
        cluster.SetAllKeys();
        await cluster.UntilOk();
        cluster.Verifier.Answer("polygon", VerifyStatus.Inconclusive);
        await Append(cluster, [Event(cluster, UsageStatus.Error), Event(cluster, UsageStatus.Error)]);
        await cluster.Advance(31);
        Assert.Equal(1, cluster.Verifier.CallsOf("polygon"));

        await Append(cluster, Event(cluster, UsageStatus.Timeout));
        await cluster.Until(() => cluster.Verifier.CallsOf("polygon") == 2, "three calls in a row failed", 5);
        await cluster.Until(() => cluster.Stores.Verifications.Any(v => v is { Provider: "polygon", By: "failed_calls" }), "recorded with its cause", 5);
        await cluster.Until(() => cluster.Status() == SystemStatus.Degraded, "in doubt", 5);

        await Append(cluster, [.. Enumerable.Range(0, 5).Select(_ => Event(cluster, UsageStatus.Error))]);
        await cluster.Advance(20);
        Assert.Equal(2, cluster.Verifier.CallsOf("polygon"));
    }

    [Fact]
    public async Task FailingCalls_OfAProviderThatVerifiesWell_AskItOnce()
    {
        await using var cluster = await ControlPlaneCluster.StartAsync(c => c.Verify.MinIntervalSeconds = 1);
        cluster.SetAllKeys();
        await cluster.UntilOk();
        for (var i = 0; i < 10; i++)
        {
            await Append(cluster, [.. Enumerable.Range(0, 3).Select(_ => Event(cluster, UsageStatus.Error))]);
            await cluster.Advance(3);
        }

        Assert.Equal(2, cluster.Verifier.CallsOf("polygon"));
    }

    private static readonly string[] s_idle = ["polygon", "oanda", "openai", "discord"];

    private static readonly string[] s_fields =
        ["proof_of_use_count_24h", "error_count_24h", "error_rate_15m", "last_used_at", "last_used_by_bot_id"];

    private static async Task<ProviderStatus> Status(ControlPlaneCluster cluster, string provider) =>
        (await cluster.Grains.GetGrain<IProviderGrain>(provider).GetStatus())!;

    private static UsageEvent Event(ControlPlaneCluster cluster, UsageStatus status = UsageStatus.Ok) =>
        new(Guid.NewGuid(), cluster.Clock.GetUtcNow(), "u", "momentum", "polygon", "GET /v3/quotes", status, status == UsageStatus.Ok ? 200 : null, 41, null, null);

    private static async Task Append(ControlPlaneCluster cluster, params ImmutableArray<UsageEvent> events) =>
        Assert.Equal(events.Length, (await cluster.Grains.GetGrain<IUsageIngestGrain>(0).Append(events)).Accepted);

    private static async Task<ImmutableArray<UnavailableField>> Unavailable(ControlPlaneCluster cluster) =>
        (await cluster.Grains.GetGrain<IProviderGrain>("polygon").GetStatus())!.Unavailable;

    private static async Task AssertUnavailable(ControlPlaneCluster cluster)
    {
        var status = (await cluster.Grains.GetGrain<IProviderGrain>("polygon").GetStatus())!;
        Assert.Equal((null, null, null), (status.Usage!.Count24h, status.Usage.Errors24h, status.Usage.LastUsedAt));
        Assert.Equal(5, status.Unavailable.Count(u => u.Code == Codes.TelemetryLost));
        Assert.Contains(status.Reasons, r => r is { Code: Codes.TelemetryLost, Severity: Severity.Info });
        Assert.Empty((await cluster.Grains.GetGrain<IProviderGrain>("oanda").GetStatus())!.Unavailable);
    }
}
