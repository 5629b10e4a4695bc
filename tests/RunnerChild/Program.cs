using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

// A bot's runner as a program of its own: starts, acts while it is permitted, renews its lease, and stops when it is fenced.
// Arguments: address, token, bot, runner. Prints a line for everything that it learns; SIGSTOP and SIGCONT are the test's to send.
var (address, token, bot, runner) = (args[0], args[1], args[2], args[3]);
var epoch = 0L;
using var http = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(10) };
http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);

async Task<JsonNode> Post(string path, object body)
{
    using var answer = await http.PostAsJsonAsync($"/api/bots/{bot}/{path}", body);
    return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
}

async Task Ask()
{
    using var answer = await http.GetAsync($"/api/bots/{bot}/permit?intent=open&epoch={epoch}");
    var permit = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    var order = await Post("orders/check", new { symbol = "ES", side = "buy", quantity = 0.001, price = 1, intent = "open", epoch });
    Console.WriteLine($"permit {permit["allowed"]} order {order["allowed"]}");
}

var start = await Post("runner/start", new { runner_id = runner, mode = "paper" });
if (start["granted"]?.GetValue<bool>() != true)
{
    Console.WriteLine($"denied {start["code"]}");
    return 2;
}

epoch = start["epoch"]!.GetValue<long>();
var renewEvery = TimeSpan.FromMilliseconds(start["lease"]!["renew_every_ms"]!.GetValue<long>());
Console.WriteLine($"started {epoch}");
var beat = Stopwatch.StartNew();
while (true)
{
    // Asked before every act: the first answer after a stop is this one.
    await Ask();
    var heartbeat = await Post("runner/heartbeat", new { runner_id = runner, epoch });
    if (heartbeat["code"] is { } code)
    {
        await Ask();
        Console.WriteLine($"fenced {code} after {beat.ElapsedMilliseconds} ms");
        return 3;
    }

    beat.Restart();
    Console.WriteLine($"heartbeat {heartbeat["directive"]}");
    await Task.Delay(renewEvery);
}
