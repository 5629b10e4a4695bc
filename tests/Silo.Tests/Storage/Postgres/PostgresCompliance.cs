namespace ControlPlane.Silo.Tests.Storage.Postgres;

public sealed class PostgresUsageEventStoreTests : UsageEventStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => PostgresStoreFixture.CreateAsync();
}

public sealed class PostgresHistoryStoreTests : HistoryStoreCompliance
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

public sealed class PostgresAutonomyEvidenceTests : AutonomyEvidenceCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => PostgresStoreFixture.CreateAsync();
}

public sealed class PostgresAlertStoreTests : AlertStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => PostgresStoreFixture.CreateAsync();
}
