namespace ControlPlane.Silo.Tests.Storage.Embedded;

public sealed class EmbeddedUsageEventStoreTests : UsageEventStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new EmbeddedStoreFixture());
}

public sealed class EmbeddedHistoryStoreTests : HistoryStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new EmbeddedStoreFixture());
}

public sealed class EmbeddedBotIndexTests : BotIndexCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new EmbeddedStoreFixture());
}

public sealed class EmbeddedAuditStoreTests : AuditStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new EmbeddedStoreFixture());
}

public sealed class EmbeddedGrainStorageTests : GrainStorageCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new EmbeddedStoreFixture());
}

public sealed class EmbeddedTraceIndexTests : TraceIndexCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new EmbeddedStoreFixture());
}

public sealed class EmbeddedTraceStoreTests : TraceStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new EmbeddedStoreFixture());
}

public sealed class EmbeddedNoTradeStoreTests : NoTradeStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new EmbeddedStoreFixture());
}

public sealed class EmbeddedRiskStoreTests : RiskStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new EmbeddedStoreFixture());
}

public sealed class EmbeddedGatewayOrderStoreTests : GatewayOrderStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new EmbeddedStoreFixture());
}

public sealed class EmbeddedSeenFillStoreTests : SeenFillStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new EmbeddedStoreFixture());
}

public sealed class EmbeddedAutonomyEvidenceTests : AutonomyEvidenceCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new EmbeddedStoreFixture());
}

public sealed class EmbeddedSealTests : SealCompliance
{
    private EmbeddedStoreFixture? _fixture;

    protected override IReadOnlyList<string> Refused { get; } =
    [
        "UPDATE orleans_storage SET version = version - 1",
        "UPDATE orleans_storage SET payload = x'00'",
        "UPDATE orleans_storage SET payload = NULL, version = version + 1",
        "UPDATE orleans_storage SET grain_id = 'bot/other', version = version + 1",
        "DELETE FROM orleans_storage",
        "UPDATE store_marks SET audit_up_to = 9",
        "DELETE FROM store_marks",
    ];

    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(_fixture = new EmbeddedStoreFixture());

    protected override Task RemoveMarksAsync() => RunAsync("DROP TRIGGER store_marks_stay; DELETE FROM store_marks");

    internal override Task RunAsync(string sql)
    {
        using var aside = SqliteAside.Open(_fixture!.DatabasePath);
        aside.Execute(sql);
        return Task.CompletedTask;
    }
}

public sealed class EmbeddedAlertStoreTests : AlertStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new EmbeddedStoreFixture());
}
