using System.Text.Json;
using ControlPlane.ProviderSimulator.Scripts;

namespace ControlPlane.ProviderSimulator.Tests.Market;

/// <summary>Live answers have the form of the scripted ones, which are written from the providers' documents.</summary>
public sealed class LiveFormTests
{
    [Fact]
    public async Task LiveAnswers_HaveTheMembersOfTheScriptedOnes()
    {
        await using var host = await MarketHost.StartAsync();
        var order = (await host.OrderAsync("buy", 2, "form")).Body;
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var seen = new HashSet<string>();
        foreach (var script in ScriptLibrary.LoadEmbedded())
        {
            foreach (var route in script.Routes.Where(static r => r.Live is not null && r.Answers["active"].Json is not null))
            {
                var now = host.Time.GetUtcNow().ToUnixTimeMilliseconds();
                var path = route.Path.Replace("{ticker}", "SIMA").Replace("{symbol}", "SIMA").Replace("{order_id}", order.GetProperty("id").GetString())
                    .Replace("{multiplier}/{timespan}/{from}/{to}", $"1/second/{now - 10_000}/{now}");
                var query = route.Query.Count > 0 ? "?client_order_id=form" : "";
                object? body = route.Method != "POST" ? null
                    : script.Id == "openai" ? new { model = "gpt-4o-mini", messages = new[] { new { role = "user", content = "SIMA" } } }
                    : new { symbol = "SIMA", qty = "1", side = "buy", type = "limit", limit_price = "500", time_in_force = "day" };
                var (status, live) = await host.SendAsync(new HttpMethod(route.Method), $"/{script.Id}{path}{query}", body);
                Assert.Equal(200, status);
                AssertHasMembersOf(route.Answers["active"].Json!.Value, live, $"{script.Id} {route.Path}");
                seen.Add(route.Live!);
            }
        }

        Assert.Equal(12, seen.Count);
    }

    private static void AssertHasMembersOf(JsonElement scripted, JsonElement live, string place)
    {
        if (scripted.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in scripted.EnumerateObject())
            {
                Assert.True(live.TryGetProperty(member.Name, out var value), $"{place}: no {member.Name}");
                AssertHasMembersOf(member.Value, value, $"{place}.{member.Name}");
            }
        }
        else if (scripted.ValueKind == JsonValueKind.Array && scripted.GetArrayLength() > 0)
        {
            Assert.True(live.GetArrayLength() > 0, $"{place}: empty");
            AssertHasMembersOf(scripted[0], live[0], place);
        }
        else if (scripted.ValueKind != JsonValueKind.Null && live.ValueKind != JsonValueKind.Null)
        {
            Assert.True(scripted.ValueKind == live.ValueKind || IsBoolean(scripted) == IsBoolean(live) && IsBoolean(live), $"{place}: {live.ValueKind}");
        }
    }

    private static bool IsBoolean(JsonElement element) => element.ValueKind is JsonValueKind.True or JsonValueKind.False;
}
