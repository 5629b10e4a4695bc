using System.Net;
using ControlPlane.EndToEnd.Tests;

namespace ControlPlane.Browser.Tests;

/// <summary>The tests of acts come one after the other, over one running product.</summary>
[CollectionDefinition(Name)]
public sealed class WithActs : ICollectionFixture<ActsScene>
{
    public const string Name = nameof(WithActs);
}

/// <summary>A running product with good keys. Each test has a bot of its own.</summary>
public sealed class ActsScene : IAsyncDisposable
{
    /// <summary>The least that can be set: after it a granted order is unknown.</summary>
    public const int OpenOrderSeconds = 10;

    private Scene? _scene;

    /// <summary>With nothing engaged, whatever an earlier test left.</summary>
    internal async Task<Scene> ReadyAsync()
    {
        _scene ??= await Scene.OpenAsync(scene =>
        {
            scene.Settings["ControlPlane__Verify__MinIntervalSeconds"] = "0";
            scene.Settings["ControlPlane__Gate__LeaseSeconds"] = "10";
            scene.Settings["ControlPlane__Risk__OpenOrderSeconds"] = $"{OpenOrderSeconds}";
            scene.SetGoodKeys();
        });
        if (await Hands.KilledAsync(_scene)) await _scene.Process.Operator.Post("/api/system/release", new { reason = "the next test" });
        await _scene.Process.Viewer.UntilStatus("OK", 180);
        return _scene;
    }

    internal async Task<Scene> ReadyAsync(params string[] bots)
    {
        var scene = await ReadyAsync();
        foreach (var id in bots)
        {
            var registered = await scene.Process.Operator.Put($"/api/bots/{id}", new { name = id, requires = new[] { "polygon", "oanda" } });
            Assert.True(registered.Status == HttpStatusCode.OK, registered.Text);
        }

        return scene;
    }

    public async ValueTask DisposeAsync()
    {
        if (_scene is not null) await _scene.DisposeAsync();
    }
}
