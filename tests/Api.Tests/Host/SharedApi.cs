namespace ControlPlane.Api.Tests.Host;

/// <summary>One API for tests that change nothing in it.</summary>
public sealed class SharedApi : IAsyncLifetime
{
    internal TestApi Api { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Api = await TestApi.StartAsync();

    public ValueTask DisposeAsync() => Api.DisposeAsync();
}
