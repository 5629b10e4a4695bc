namespace ControlPlane.Silo.Tests.Storage.Embedded;

public sealed class EmbeddedUsageEventStoreTests : UsageEventStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new EmbeddedStoreFixture());
}

public sealed class EmbeddedHistoryStoreTests : HistoryStoreCompliance
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

public sealed class EmbeddedAutonomyEvidenceTests : AutonomyEvidenceCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new EmbeddedStoreFixture());
}

public sealed class EmbeddedAlertStoreTests : AlertStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => Task.FromResult<IStoreFixture>(new EmbeddedStoreFixture());
}
