using System.Net;
using ControlPlane.ProviderSimulator;
using Microsoft.Data.Sqlite;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The control plane dies with orders on their way. The broker's book outlives it and is the judge: no order twice, none without a grant, and in the
/// end the ledger says of each what the book says.</summary>
public sealed class GatewayCrashTests
{
    private const string Broker = "alpaca";

    [Fact]
    public Task KillDashNine_BetweenGrantAndAnswer_NoOrderTwice_AllSettled() => CrashAsync(5);

    [Fact(Explicit = true)]
    [Trait("Category", "Long")]
    public Task KillDashNine_AHundredTimesEach_NoOrderTwice_AllSettled() => CrashAsync(100);

    private static async Task CrashAsync(int times)
    {
        await using var gateway = await GatewayScene.OpenAsync(Broker);
        var (simulator, book) = (gateway.Scene.Simulator, gateway.Scene.Simulator.Book(Broker));
        var (sent, cut) = (new List<string>(), 0);
        for (var i = 0; i < times; i++)
        {
            // One order before its answer: the broker has it, and its answer never comes. One before its sending: at some moment after it came, from
            // before its grant to after its end.
            simulator.SetFault(Broker, SimulatedFault.HeldAnswer, count: 1);
            var (held, early) = ($"held-{i}", $"early-{i}");
            sent.AddRange([held, early]);
            var holding = gateway.SendAsync(BrokerCall.Place(Broker, held));
            await Wait.UntilAsync(() => Task.FromResult(book.Find(null, held) is not null), () => $"{held} arrives");
            var sending = gateway.SendAsync(BrokerCall.Place(Broker, early));
            await Task.Delay(Random.Shared.Next(0, 25));
            await CrashAsync(gateway, holding, sending);
            simulator.SetFault(Broker, SimulatedFault.None);
            cut += book.Find(null, early) is null ? 1 : 0;

            // The SDK tries again, with the same id. Whatever it is told, the broker gets the order once.
            foreach (var id in new[] { held, early })
            {
                var again = await gateway.SendAsync(BrokerCall.Place(Broker, id));
                Assert.True(again.Status is HttpStatusCode.OK or HttpStatusCode.Conflict, $"{id}: {again}");
            }
        }

        foreach (var id in sent)
        {
            var inBook = book.Find(null, id)?.Status;
            await Wait.UntilAsync(
                async () => (await gateway.OrderAsync(id))?["status"]?.GetValue<string>() is var told && (inBook is null ? told is null or "rejected" or "revoked" : told == inBook),
                () => $"{id} is settled as the book has it: {inBook}",
                seconds: 180);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{times} kills: {times} orders without an answer, {cut} of {times} others cut off before they were sent; {book.Orders.Count} in the book.");
        Assert.All(book.Received, order => Assert.Equal((order.Key, 1), (order.Key, order.Value)));
        Assert.Empty(book.Orders.Select(o => o.ClientId!).Except(Granted(gateway)));
        Assert.Superset(sent.Where(id => id.StartsWith("held", StringComparison.Ordinal)).ToHashSet(), book.Orders.Select(o => o.ClientId!).ToHashSet());
    }

    private static async Task CrashAsync(GatewayScene gateway, params Task[] sending)
    {
        await gateway.Scene.Process.KillAsync();
        await Task.WhenAll(sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await gateway.Scene.StartAsync();

        // From the fourth start within ten minutes on, verifies wait longer and longer. An operator's verify does not.
        foreach (var provider in gateway.Providers) await gateway.Scene.Process.Operator.Post($"/api/integrations/{provider}/verify", new { });
        await gateway.StartBotAsync();
    }

    /// <summary>Read from the store itself.</summary>
    private static HashSet<string> Granted(GatewayScene gateway)
    {
        var file = Directory.GetFiles(gateway.Scene.DataDirectory, "*.db").Single();
        using var database = new SqliteConnection($"Data Source={file};Mode=ReadOnly");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "SELECT client_order_id FROM checked_orders WHERE client_order_id IS NOT NULL AND passage IS NOT NULL";
        using var rows = command.ExecuteReader();
        var granted = new HashSet<string>(StringComparer.Ordinal);
        while (rows.Read()) granted.Add(rows.GetString(0));
        return granted;
    }
}
