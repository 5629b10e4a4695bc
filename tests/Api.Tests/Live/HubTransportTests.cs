using System.Collections;
using ControlPlane.Api.Tests.Host;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Live;

/// <summary>The hub over every transport and protocol that SignalR's own clients speak.</summary>
public sealed class HubTransportTests
{
    [Theory]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task Subscribe_OverEachTransport_TellsTheSnapshotAndWhatComesAfterIt(HttpTransportType transport)
    {
        await using var api = await TestApi.StartAsync();
        await using var client = await LiveClient.SubscribedAsync(api, TestApi.Viewer, transport);
        Assert.Equal(0, client.Snapshot["seq"]!.GetValue<long>());
        api.Gate.Hear(FakeNodeGate.Blocked(413));
        var told = (await client.NextAsync(api.Time, "system")).Body;
        while (told["system"]!["version"]!.GetValue<long>() < 413) told = (await client.NextAsync(api.Time, "system")).Body;
        Assert.Equal((client.Snapshot["stream_id"]!.GetValue<string>(), "BLOCKED"), (told["stream_id"]!.GetValue<string>(), told["system"]!["system_status"]!.GetValue<string>()));
        await client.NextAsync(api.Time, "beat");
    }

    [Theory]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task MessagePack_SaysTheSameUnderTheSameNames(HttpTransportType transport)
    {
        await using var api = await TestApi.StartAsync();
        await using var connection = new HubConnectionBuilder()
            .WithUrl($"{api.Origin}/hubs/status", transport, options => options.Headers["Authorization"] = $"Bearer {TestApi.Viewer}")
            .AddMessagePackProtocol().Build();
        var beat = new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.On<object>("beat", body => beat.TrySetResult(body));
        await connection.StartAsync(TestContext.Current.CancellationToken);
        var snapshot = (IDictionary)await connection.InvokeAsync<object>("Subscribe", TestContext.Current.CancellationToken);
        Assert.Equal("OK", ((IDictionary)snapshot["system"]!)["system_status"]);
        Assert.IsAssignableFrom<IList>(snapshot["integrations"]);
        while (!beat.Task.IsCompleted)
        {
            api.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        Assert.Equal(snapshot["stream_id"], ((IDictionary)await beat.Task)["stream_id"]);
    }

    [Fact]
    public async Task StatefulReconnect_AfterALostSocket_GoesOnInTheSameStream()
    {
        await using var api = await TestApi.StartAsync();
        await using var client = await LiveClient.SubscribedAsync(api, TestApi.Viewer, HttpTransportType.WebSockets, options => options.UseStatefulReconnect = true);
        Assert.Equal(client.Snapshot["stream_id"]!.GetValue<string>(), (await client.NextAsync(api.Time, "beat")).Body["stream_id"]!.GetValue<string>());
    }
}
