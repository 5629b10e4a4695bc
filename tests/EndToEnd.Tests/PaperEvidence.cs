using System.Net;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>What a bot must show on paper before a person may promote it to SUPERVISED.</summary>
internal static class PaperEvidence
{
    /// <summary>Settings under which evidence of one day is enough and scores are made each second.</summary>
    public static void Hurry(Scene scene)
    {
        foreach (var (name, value) in new[]
        {
            ("Bots__RenewSeconds", "0.2"), ("Autonomy__EvaluateSeconds", "1"), ("Autonomy__HoldEvaluations", "1"), ("Autonomy__SupervisedDays", "1"), ("Autonomy__LimitedDays", "1"), ("Autonomy__AutonomousDays", "1"),
        }) scene.Settings[$"ControlPlane__{name}"] = value;
    }

    public static async Task RegisterAsync(Scene scene, string id, string mode)
    {
        var registered = await scene.Process.Operator.Put($"/api/bots/{id}", new
        {
            name = id, mode, requires = new[] { "polygon", "oanda" }, states_confidence = false, currency = "USD",
            risk_limits = new { max_orders_per_minute = 10_000, duplicate_order_seconds = 0 },
        });
        Assert.True(registered.Status == HttpStatusCode.OK, registered.Text);
    }

    /// <summary>Sixty round trips; then nothing but a person's word is missing.</summary>
    public static async Task<BookBot> EarnAsync(Scene scene, string id)
    {
        var bot = new BookBot(scene.Process.Runner, id, "r1");
        await Until(async () => (await bot.StartAsync("paper")).Status == HttpStatusCode.OK, () => "a start on paper");
        await Until(async () => (await bot.HeartbeatAsync())["directive"].GetValue<string>() == "CONTINUE" && await bot.PermitAsync("open"), () => "it may trade");
        for (var i = 0; i < 60; i++)
        {
            await PassAsync(bot, () => bot.EnterAsync(1));
            await PassAsync(bot, bot.LeaveAsync);
            await Task.Delay(150);
        }

        ApiAnswer? autonomy = null;
        await Until(
            async () =>
            {
                await bot.HeartbeatAsync();
                autonomy = await scene.Process.Viewer.Get($"/api/bots/{id}/autonomy");
                return autonomy["tier"].GetValue<string>() == "PAPER" && autonomy.Codes("needs") is ["PERSON"];
            },
            () => $"the evidence allows SUPERVISED: {autonomy?.Text}");
        return bot;
    }

    /// <summary>On a busy machine the gate's lease may run out for a moment, which refuses an order rightly: it is asked for again.</summary>
    private static async Task PassAsync(BookBot bot, Func<Task<ApiAnswer>> order)
    {
        ApiAnswer? answer = null;
        await Until(
            async () =>
            {
                await bot.HeartbeatAsync();
                answer = await order();
                return answer["allowed"].GetValue<bool>();
            },
            () => $"the order passes: {answer?.Text}");
    }

    private static async Task Until(Func<Task<bool>> condition, Func<string> what)
    {
        var end = DateTime.UtcNow.AddSeconds(60);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < end, $"Not within 60 s: {what()}");
            await Task.Delay(100);
        }
    }
}
