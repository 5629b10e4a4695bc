using System.Net;
using System.Net.Sockets;
using ControlPlane.Silo.Storage.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace ControlPlane.Silo.Tests.Storage.Embedded;

public sealed class EmbeddedSiloTests : IAsyncDisposable
{
    private readonly EmbeddedStoreFixture _fixture = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task Silo_StoppedAndStartedAgain_GrainsGoOnFromTheirState()
    {
        for (var round = 1; round <= 2; round++)
        {
            using var host = Build();
            await host.StartAsync(Cancel);
            var counter = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IStoredCounterGrain>("a");
            Assert.Equal(round, await counter.Increment());
            await host.StopAsync(Cancel);
        }
    }

    [Fact]
    public async Task Silo_DirectoryInUse_DoesNotStart()
    {
        await using var holder = await _fixture.OpenAsync();
        using var host = Build();

        await Assert.ThrowsAsync<DataDirectoryInUseException>(() => host.StartAsync(Cancel));
    }

    private IHost Build()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.UseOrleans(silo => silo.UseLocalhostClustering(FreePort(), gatewayPort: 0).AddEmbeddedStore(_fixture.DataDirectory));
        return builder.Build();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

[Alias("tests.IStoredCounterGrain")]
public interface IStoredCounterGrain : IGrainWithStringKey
{
    [Alias("Increment")]
    Task<int> Increment();
}

public sealed class StoredCounterGrain([PersistentState("tests.counter")] IPersistentState<StoredCounter> state) : Grain, IStoredCounterGrain
{
    public async Task<int> Increment()
    {
        state.State = new(state.State.Value + 1);
        await state.WriteStateAsync();
        return state.State.Value;
    }
}

[GenerateSerializer, Alias("tests.StoredCounter")]
public sealed record StoredCounter([property: Id(0)] int Value)
{
    public StoredCounter()
        : this(0)
    {
    }
}
