namespace ControlPlane.Silo.Tests.Storage.Postgres;

public sealed class PostgresUsageEventStoreTests : UsageEventStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => PostgresStoreFixture.CreateAsync();
}

public sealed class PostgresHistoryStoreTests : HistoryStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => PostgresStoreFixture.CreateAsync();
}

public sealed class PostgresBotIndexTests : BotIndexCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => PostgresStoreFixture.CreateAsync();
}

public sealed class PostgresAuditStoreTests : AuditStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => PostgresStoreFixture.CreateAsync();
}

public sealed class PostgresGrainStorageTests : GrainStorageCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => PostgresStoreFixture.CreateAsync();
}

public sealed class PostgresTraceIndexTests : TraceIndexCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => PostgresStoreFixture.CreateAsync();
}

public sealed class PostgresTraceStoreTests : TraceStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => PostgresStoreFixture.CreateAsync();
}

public sealed class PostgresNoTradeStoreTests : NoTradeStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => PostgresStoreFixture.CreateAsync();
}

public sealed class PostgresRiskStoreTests : RiskStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => PostgresStoreFixture.CreateAsync();
}

public sealed class PostgresGatewayOrderStoreTests : GatewayOrderStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => PostgresStoreFixture.CreateAsync();
}

public sealed class PostgresSeenFillStoreTests : SeenFillStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => PostgresStoreFixture.CreateAsync();
}

public sealed class PostgresAutonomyEvidenceTests : AutonomyEvidenceCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => PostgresStoreFixture.CreateAsync();
}

/// <summary>As the role of docs/postgresql.md that the program runs as.</summary>
public sealed class LeastRightsSealTests : SealCompliance
{
    private TestDatabase? _database;

    protected override IReadOnlyList<string> Refused { get; } =
    [
        "UPDATE controlplane.orleansstorage SET version = version - 1",
        "UPDATE controlplane.orleansstorage SET payloadbinary = '\\x00'",
        "UPDATE controlplane.orleansstorage SET version = 2147483647",
        "UPDATE controlplane.orleansstorage SET payloadbinary = NULL, version = version + 1",
        "UPDATE controlplane.orleansstorage SET grainidextensionstring = 'other', version = version + 1",
        "UPDATE controlplane.orleansstorage SET graintypestring = 'other', version = version + 1",
        "DELETE FROM controlplane.orleansstorage",
        "UPDATE controlplane.store_marks SET audit_up_to = 9",
        "DELETE FROM controlplane.store_marks",
        "ALTER TABLE controlplane.orleansstorage DISABLE TRIGGER ALL",
        "DROP TRIGGER orleansstorage_guard ON controlplane.orleansstorage",
        "SET session_replication_role = replica",
    ];

    protected override async Task<IStoreFixture> CreateAsync() => new LeastRightsFixture(_database = await PostgresRights.CreateAsync());

    protected override Task RemoveMarksAsync() => PostgresRights.RunAsync(_database!.As(PostgresRights.Owner), PostgresRights.RemoveMarks);

    internal override Task RunAsync(string sql) => PostgresRights.RunAsync(_database!.As(PostgresRights.Runtime), sql);
}

/// <summary>With grants from before there were MACs: the triggers refuse by themselves.</summary>
public sealed class WiderRightsSealTests : SealCompliance
{
    private TestDatabase? _database;

    protected override IReadOnlyList<string> Refused { get; } =
    [
        "UPDATE controlplane.orleansstorage SET version = version - 1",
        "DELETE FROM controlplane.orleansstorage",
        "UPDATE controlplane.store_marks SET audit_up_to = 9",
        "DELETE FROM controlplane.store_marks",
        "UPDATE controlplane.usage_retention SET days = 2",
        "DELETE FROM controlplane.usage_retention",
    ];

    protected override async Task<IStoreFixture> CreateAsync()
    {
        _database = await PostgresRights.CreateAsync();
        await PostgresRights.RunAsync(_database.As(PostgresRights.Owner), "GRANT SELECT, INSERT, UPDATE, DELETE ON controlplane.orleansstorage, controlplane.store_marks, controlplane.usage_retention TO cp_runtime");
        return new LeastRightsFixture(_database);
    }

    protected override Task RemoveMarksAsync() => PostgresRights.RunAsync(_database!.As(PostgresRights.Owner), PostgresRights.RemoveMarks);

    internal override Task RunAsync(string sql) => PostgresRights.RunAsync(_database!.As(PostgresRights.Runtime), sql);
}

public sealed class PostgresAlertStoreTests : AlertStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => PostgresStoreFixture.CreateAsync();
}
