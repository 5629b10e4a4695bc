using ControlPlane.Abstractions;
using ControlPlane.Grains.Kills;

namespace ControlPlane.Grains.Tests.Kills;

/// <summary>Working orders are taken back for a kill that is engaged for certain, until the brokers have been asked.</summary>
public sealed class KillShelfTests
{
    private readonly KillShelf _shelf = new();

    [Fact]
    public void ToCancel_IsWhatIsTakenAndConfirmed_UntilItIsCanceled()
    {
        var (order, plain) = (Kill("opening"), Kill(null));
        _shelf.Put(order, taken: false, confirmed: false);
        _shelf.Put(plain, taken: false, confirmed: false);
        Assert.Empty(_shelf.ToCancel);
        _shelf.Take(order.Id, out _);
        _shelf.Take(plain.Id, out _);
        Assert.Equal([order], _shelf.ToCancel);
        Assert.Equal([false, true], _shelf.All.Select(kill => kill.Canceled));
        Assert.True(_shelf.Cancel(order.Id));
        Assert.False(_shelf.Cancel(order.Id));
        Assert.Empty(_shelf.ToCancel);
        Assert.All(_shelf.All, kill => Assert.True(kill.Canceled));
    }

    [Fact]
    public void ToCancel_OfAProcessBefore_WaitsUntilTheHolderOfTheSwitchSaysThatItIsEngaged()
    {
        var (order, done) = (Kill("all"), Kill("all"));
        _shelf.Put(order, taken: true, confirmed: false);
        _shelf.Put(done, taken: true, confirmed: false, canceled: true);
        Assert.Empty(_shelf.ToCancel);
        _shelf.Confirm(order.Id, confirmed: true);
        _shelf.Confirm(done.Id, confirmed: true);
        Assert.Equal([order], _shelf.ToCancel);
        _shelf.Remove(order.Id);
        Assert.Empty(_shelf.ToCancel);
    }

    [Fact]
    public void Flood_KeepsAKillThatMustStillCancel_AndNoMoreThanAFew()
    {
        var first = Kill("opening");
        _shelf.Put(first, taken: true, confirmed: true);
        for (var i = 0; i < 50; i++) _shelf.Put(Kill(null), taken: true, confirmed: true);
        Assert.Equal([first], _shelf.ToCancel);
        for (var i = 0; i < 50; i++) _shelf.Put(Kill("opening"), taken: true, confirmed: true);
        Assert.Equal((8, 16), (_shelf.ToCancel.Length, _shelf.All.Length));
    }

    private static KillOrder Kill(string? cancel) => new(Guid.CreateVersion7(), null, "stop", new Caller("o", "operator", ""), DateTimeOffset.UnixEpoch) { CancelOpenOrders = cancel };
}
