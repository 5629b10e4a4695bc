using ControlPlane.Grains;
using ControlPlane.Grains.Alerts;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Storage.Seals;
using ControlPlane.Grains.Usage;
using Orleans.Storage;

namespace ControlPlane.Silo.Tests.Storage;

/// <summary>An open store. Every provider of storage gives one to the compliance suite.</summary>
public interface IStoreUnderTest : IAsyncDisposable
{
    IUsageEventStore Usage { get; }

    IVerificationStore Verifications { get; }

    ITransitionStore Transitions { get; }

    IKillDrillStore Drills { get; }

    IAuditStore Audit { get; }

    internal IAutonomyEvidenceStore Evidence { get; }

    internal ISealedRows Sealed { get; }
    IAlertStore Alerts { get; }

    IBotIndex Bots { get; }

    IStoreProbe Probe { get; }

    IGrainStorage Grains { get; }
}

/// <summary>A store that begins empty and can be closed and opened again.</summary>
public interface IStoreFixture : IAsyncDisposable
{
    Task<IStoreUnderTest> OpenAsync();
}

/// <summary>What every suite shares: an empty store, open.</summary>
public abstract class StoreCompliance : IAsyncLifetime
{
    private IStoreFixture? _fixture;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected IStoreUnderTest Store { get; private set; } = null!;

    protected abstract Task<IStoreFixture> CreateAsync();

    public async ValueTask InitializeAsync()
    {
        _fixture = await CreateAsync();
        Store = await _fixture.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await _fixture!.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = await _fixture!.OpenAsync();
    }
}
