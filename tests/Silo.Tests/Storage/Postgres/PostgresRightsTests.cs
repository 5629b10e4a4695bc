using ControlPlane.Grains;
using Npgsql;

namespace ControlPlane.Silo.Tests.Storage.Postgres;

public sealed class PostgresRightsTests
{
    [Theory]
    [InlineData("UPDATE controlplane.audit_log SET outcome = 'x'")]
    [InlineData("DELETE FROM controlplane.audit_log")]
    [InlineData("DELETE FROM controlplane.gate_transitions")]
    [InlineData("DELETE FROM controlplane.integration_usage_events")]
    [InlineData("DELETE FROM controlplane.usage_event_ids_0")]
    [InlineData("TRUNCATE controlplane.integration_usage_events")]
    [InlineData("INSERT INTO controlplane.schema_version (version, name) VALUES (999, 'x')")]
    [InlineData("UPDATE controlplane.orleansquery SET querytext = ''")]
    [InlineData("DROP TABLE controlplane.bots")]
    [InlineData("CREATE TABLE controlplane.mine (id integer)")]
    [InlineData("SELECT controlplane.usage_day_drop((now() AT TIME ZONE 'UTC')::date)")]
    [InlineData("SELECT controlplane.usage_day_drop((now() AT TIME ZONE 'UTC')::date - 30)")]
    [InlineData("UPDATE controlplane.usage_retention SET days = 2")]
    [InlineData("DELETE FROM controlplane.usage_retention")]
    [InlineData("INSERT INTO controlplane.usage_retention (id, days) VALUES (2, 2)")]
    [InlineData("DELETE FROM controlplane.orleansstorage")]
    [InlineData("UPDATE controlplane.store_marks SET audit_up_to = 9")]
    [InlineData("DELETE FROM controlplane.store_marks")]
    public async Task Runtime_StatementBeyondItsRights_IsRefused(string sql)
    {
        await using var database = await PostgresRights.CreateAsync();

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => PostgresRights.RunAsync(database.As(PostgresRights.Runtime), sql));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task UsageDay_BeyondWhatTheDatabaseKeeps_GoesAndMoreMayBeKeptByAnybody()
    {
        await using var database = await PostgresRights.CreateAsync();
        await PostgresRights.RunAsync(database.As(PostgresRights.Runtime), "SELECT controlplane.usage_day_create((now() AT TIME ZONE 'UTC')::date - 31)");
        await PostgresRights.RunAsync(database.As(PostgresRights.Runtime), "SELECT controlplane.usage_day_drop((now() AT TIME ZONE 'UTC')::date - 31)");
        await PostgresRights.RunAsync(database.As(PostgresRights.Runtime), "UPDATE controlplane.usage_retention SET days = 60");
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => PostgresRights.RunAsync(
            database.As(PostgresRights.Runtime), "SELECT controlplane.usage_day_drop((now() AT TIME ZONE 'UTC')::date - 60)"));
        Assert.Contains("is kept", refusal.MessageText, StringComparison.Ordinal);
        await PostgresRights.RunAsync(database.As(PostgresRights.Owner), "UPDATE controlplane.usage_retention SET days = 3");
        await PostgresRights.RunAsync(database.As(PostgresRights.Runtime), "SELECT controlplane.usage_day_drop((now() AT TIME ZONE 'UTC')::date - 4)");
    }

    [Fact]
    public async Task Purge_OfDaysThatTheDatabaseKeeps_LeavesThem()
    {
        await using var database = await PostgresRights.CreateAsync();
        await using var store = await PostgresStore.OpenAsync(database.As(PostgresRights.Runtime));
        var now = DateTimeOffset.UtcNow;
        await store.Usage.AppendAsync([Sample.Event(now.AddDays(-10))], TestContext.Current.CancellationToken);

        Assert.Equal(0, await store.Usage.PurgeAsync(now.AddDays(-5), TestContext.Current.CancellationToken));
        await PostgresRights.RunAsync(database.As(PostgresRights.Owner), "UPDATE controlplane.usage_retention SET days = 5");
        Assert.Equal(1, await store.Usage.PurgeAsync(now.AddDays(-5), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Runtime_DatabaseThatNeedsAMigration_SaysThatItLacksTheRight()
    {
        await using var database = await PostgresRights.CreateAsync();
        await PostgresRights.RunAsync(
            database.As(PostgresRights.Owner), "DELETE FROM controlplane.schema_version WHERE version = (SELECT max(version) FROM controlplane.schema_version)");

        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => PostgresStore.OpenAsync(database.As(PostgresRights.Runtime)));

        Assert.Contains("lacks a right", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("docs/postgresql.md", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(database.Server.Password, refusal.ToString(), StringComparison.Ordinal);
    }
}

public sealed class LeastRightsUsageEventStoreTests : UsageEventStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => LeastRightsFixture.CreateAsync();
}

public sealed class LeastRightsHistoryStoreTests : HistoryStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => LeastRightsFixture.CreateAsync();
}

public sealed class LeastRightsBotIndexTests : BotIndexCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => LeastRightsFixture.CreateAsync();
}

public sealed class LeastRightsAuditStoreTests : AuditStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => LeastRightsFixture.CreateAsync();
}

public sealed class LeastRightsGrainStorageTests : GrainStorageCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => LeastRightsFixture.CreateAsync();
}

public sealed class LeastRightsTraceStoreTests : TraceStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => LeastRightsFixture.CreateAsync();
}

public sealed class LeastRightsNoTradeStoreTests : NoTradeStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => LeastRightsFixture.CreateAsync();
}

public sealed class LeastRightsRiskStoreTests : RiskStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => LeastRightsFixture.CreateAsync();
}

public sealed class LeastRightsGatewayOrderStoreTests : GatewayOrderStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => LeastRightsFixture.CreateAsync();
}

public sealed class LeastRightsSeenFillStoreTests : SeenFillStoreCompliance
{
    protected override Task<IStoreFixture> CreateAsync() => LeastRightsFixture.CreateAsync();
}
