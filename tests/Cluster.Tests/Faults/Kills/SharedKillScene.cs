namespace ControlPlane.Cluster.Tests.Faults.Kills;

/// <summary>One scene for the tests of a class, one after the other: its start takes longer than most of them. A test that does not put it back whole
/// leaves nothing behind; the next one gets a new scene.</summary>
public sealed class SharedKillScene : IAsyncDisposable
{
    private KillScene? _whole;
    private KillScene? _lent;

    internal async Task<KillScene> TakeAsync()
    {
        if (_lent is not null) await _lent.DisposeAsync();
        (_lent, _whole) = (_whole, null);
        return _lent ??= await KillScene.OpenAsync();
    }

    /// <summary>At the end of a test that held: every node runs, no kill is engaged, and every bot may trade.</summary>
    internal void PutBack() => (_whole, _lent) = (_lent, null);

    public async ValueTask DisposeAsync()
    {
        foreach (var scene in new[] { _lent, _whole }.OfType<KillScene>()) await scene.DisposeAsync();
    }
}
