using ControlPlane.Abstractions;
using ControlPlane.Grains.Alerts;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Silo.Storage.Control.Alerts;
using ControlPlane.Silo.Storage.Control.Autonomy;
using ControlPlane.Silo.Storage.Control.Risk;
using ControlPlane.Silo.Storage.Control.Traces;
using ControlPlane.Silo.Storage.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>The embedded store of bots' traces in a folder of its own: what it does under concurrency and after a restart is part of what is tested.</summary>
internal sealed class TraceDatabase : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cluster-traces-");
    private readonly EmbeddedDatabase _database;

    private readonly EmbeddedControlDatabase _control;

    /// <summary>Where set, the next evidence that is read is given out only once this is done.</summary>
    public Task? EvidenceHeldUntil { get; set; }

    private TraceDatabase()
    {
        _database = new(new EmbeddedStoreOptions { DataDirectory = Path.Combine(_folder.FullName, "data") }, TimeProvider.System, NullLogger<EmbeddedDatabase>.Instance);
        _control = new(_database);
    }

    public static async Task<TraceDatabase> OpenAsync()
    {
        var traces = new TraceDatabase();
        await traces._database.MigrateAsync();
        return traces;
    }

    public void AddTo(IServiceCollection services, InMemoryStores gate)
    {
        services.AddSingleton(GatedStore.Over<IDecisionStore>(new DecisionStore(_control), gate));
        services.AddSingleton(GatedStore.Over<INoTradeStore>(new NoTradeStore(_control), gate));
        services.AddSingleton(GatedStore.Over<ITradeStore>(new TradeStore(_control), gate));
        services.AddSingleton(GatedStore.Over<ICycleStore>(new CycleStore(_control), gate));
        services.AddSingleton(GatedStore.Over<IBotActivityStore>(new BotActivityStore(_control, new Currencies(new RiskOptions())), gate));
        services.AddSingleton(GatedStore.Over<ITraceUsageStore>(new EmbeddedTraceUsageStore(_database), gate));
        services.AddSingleton(GatedStore.Over(HeldEvidence.Over(new AutonomyEvidenceStore(_control), TakeHold), gate));
        services.AddSingleton(GatedStore.Over<IAlertStore>(new AlertStore(_control), gate));
        services.AddSingleton(GatedStore.Over<IRiskStore>(new RiskStore(_control, new Currencies(new RiskOptions())), gate));
        services.AddSingleton(GatedStore.Over<IGatewayOrderStore>(new GatewayOrderStore(_control), gate));
        services.AddSingleton(GatedStore.Over<ILedgerUpgradeStore>(new LedgerUpgradeStore(_control), gate));
    }

    public async Task GrantAsync(string botId, IReadOnlyList<GrantedOrder> orders)
    {
        foreach (var order in orders) await new RiskStore(_control, new Currencies(new RiskOptions())).GrantAsync(botId, order, CancellationToken.None);
    }

    public Task AddHeartbeatsAsync(string botId, DateTimeOffset at, long kept) => new AutonomyEvidenceStore(_control).AddHeartbeatsAsync(botId, at, kept, 0, CancellationToken.None);

    public Task AddUsageAsync(IReadOnlyList<UsageEvent> events) => new EmbeddedUsageEventStore(_database).AppendAsync(events, CancellationToken.None);

    private Task TakeHold()
    {
        var until = EvidenceHeldUntil;
        EvidenceHeldUntil = null;
        return until ?? Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        if (Directory.Exists(_folder.FullName)) _folder.Delete(recursive: true);
    }
}
