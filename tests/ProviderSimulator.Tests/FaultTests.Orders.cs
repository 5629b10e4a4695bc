using System.Diagnostics;
using System.Net;
using ControlPlane.ProviderSimulator.Tests.Driving;

namespace ControlPlane.ProviderSimulator.Tests;

/// <summary>What an order of a fault says beside its kind: how often, how late; and what others see meanwhile.</summary>
public sealed partial class FaultTests
{
    [Fact]
    public async Task Count_Reached_ScriptedAnswerFollows()
    {
        await using var running = await StartAsync(new FaultOrder { Fault = SimulatedFault.Http500, Count = 2 });

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
        {
            using var response = await running.GetAsync();
            statuses.Add(response.StatusCode);
        }

        Assert.Equal([HttpStatusCode.InternalServerError, HttpStatusCode.InternalServerError, HttpStatusCode.OK, HttpStatusCode.OK], statuses);
    }

    [Fact]
    public async Task Delay_OfTheScriptedAnswer_IsKept()
    {
        await using var running = await StartAsync(new FaultOrder { DelayMs = 300 });
        var clock = Stopwatch.StartNew();

        using var response = await running.GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(clock.ElapsedMilliseconds >= 290, $"{clock.Elapsed}");
    }

    [Fact]
    public async Task Concurrency_OfTwoRequests_IsGauged()
    {
        await using var running = await StartAsync(new FaultOrder { DelayMs = 300 });

        var both = new[] { running.GetAsync(), running.GetAsync() };
        await EventuallyAsync(() => running.Host.Concurrency("sample").Current == 2);
        foreach (var response in await Task.WhenAll(both))
            response.Dispose();

        await EventuallyAsync(() => running.Host.Concurrency("sample") == new ConcurrencyGauge(0, 2));
        running.Host.ClearRequests();
        Assert.Equal(new ConcurrencyGauge(0, 0), running.Host.Concurrency("sample"));
    }

    [Theory]
    [InlineData(SimulatedFault.Hang)]
    [InlineData(SimulatedFault.Drip)]
    [InlineData(SimulatedFault.SlowHeaders)]
    public async Task Stop_WithARequestUnanswered_DoesNotWaitForIt(SimulatedFault fault)
    {
        var running = await StartAsync(fault);
        var request = running.GetAsync();
        await EventuallyAsync(() => running.Host.Concurrency("sample").Current == 1);

        // None of these requests ends by itself.
        await running.Host.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancel);

        await Assert.ThrowsAnyAsync<Exception>(() => request);
        running.Client.Dispose();
    }
}
