using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using ControlPlane.Abstractions;
using ControlPlane.Api.Tests.Host;
using ControlPlane.Api.Tests.Security;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Kills;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.System;

/// <summary>A kill in whatever form it comes.</summary>
public sealed class KillFormTests
{
    /// <summary>Moves the test's clock until the answer is there.</summary>
    private static async Task<T> Timely<T>(TestApi api, Task<T> answer)
    {
        for (var i = 0; i < 500 && !answer.IsCompleted; i++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            api.Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        return await answer;
    }

    private static async Task Until(Func<bool> condition)
    {
        // The redelivery runs on its own threads.
        for (var i = 0; i < 500 && !condition(); i++) await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.True(condition());
    }

    /// <summary>Bodies in forms that no JSON call takes, what the kill then says, and what is named as ignored.</summary>
    public static TheoryData<string, string?, string, string, string> Forms => new()
    {
        { "absent", null, "", "No reason was given.", "" },
        { "json", "application/json", """{"reason":"now"}""", "now", "" },
        { "no content type", null, """{"reason":"now"}""", "now", "" },
        { "curl's form", "application/x-www-form-urlencoded", """{"reason":"now"}""", "now", "" },
        { "form", "application/x-www-form-urlencoded", "reason=now", "No reason was given.", "body" },
        { "text", "text/plain", """{"reason":"now"}""", "now", "" },
        { "missing brace", "application/json", """{"reason":"now" """, "No reason was given.", "body" },
        { "number", "application/json", """{"reason":7}""", "No reason was given.", "reason" },
        { "twice", "application/json", """{"reason":"a","reason":"b"}""", "No reason was given.", "reason" },
        { "array", "application/json", "[]", "No reason was given.", "body" },
        { "string", "application/json", "\"stop\"", "No reason was given.", "body" },
        { "latin1", "application/json; charset=iso-8859-1", "latin1", "No reason was given.", "reason" },
        { "2 MB", "application/json", "2MB", "No reason was given.", "body" },
        { "half a pair", "application/json", """{"reason":"\ud800"}""", "No reason was given.", "reason" },
        { "unknown field and word", "application/json", """{"reason":"now","cancel_open_orders":"some","colour":"red"}""", "now", "cancel_open_orders,colour" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Kill_InAnyForm_Kills(string form, string? type, string body, string reason, string ignored)
    {
        Assert.NotEmpty(form);
        await using var api = await TestApi.StartAsync();
        var session = await api.SignInAsync(TestApi.Runner);
        foreach (var bearer in new[] { true, false })
        {
            using var answer = await SendAsync(api, bearer ? null : session, type, body);
            var said = await TestApi.JsonAsync(answer);
            Assert.Equal((HttpStatusCode.OK, true), (answer.StatusCode, said["engaged"]!.GetValue<bool>()));
            Assert.Equal(reason, api.Cluster.Gate.Orders.Last().Reason);
            Assert.Equal(ignored, string.Join(',', said["ignored"]!.AsArray().Select(name => name!.GetValue<string>())));
        }

        // Each is an order of its own.
        Assert.Equal(2, api.Cluster.Gate.Orders.Select(o => o.Id).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Kill_InAnyForm_TheClusterIsAway_IsKept(string form, string? type, string body, string reason, string ignored)
    {
        Assert.NotNull(form + ignored);
        await using var api = await TestApi.StartAsync();
        var session = await api.SignInAsync(TestApi.Runner);
        api.Cluster.Gate.Failing = new TimeoutException();
        api.Cluster.Sessions.Unreachable = new TimeoutException();
        foreach (var bearer in new[] { true, false })
        {
            using var answer = await Timely(api, SendAsync(api, bearer ? null : session, type, body));
            Assert.Equal((HttpStatusCode.ServiceUnavailable, false), (answer.StatusCode, (await TestApi.JsonAsync(answer))["engaged"]!.GetValue<bool>()));
        }

        var kept = Spool(api).For(null);
        Assert.Equal([reason, reason], kept.Select(k => k.Reason));
    }

    [Fact]
    public async Task Kill_ItsBodyNeverComes_IsCarriedOutAllTheSame()
    {
        await using var api = await TestApi.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(api.Client.BaseAddress!.Host, api.Client.BaseAddress.Port, TestContext.Current.CancellationToken);
        var request = $"POST /api/system/kill HTTP/1.1\r\nHost: {api.Client.BaseAddress.Authority}\r\nAuthorization: Bearer {TestApi.Runner}\r\nContent-Length: 1000\r\n\r\n";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        await Until(() => !api.Cluster.Gate.Orders.IsEmpty);
        Assert.NotEmpty(Spool(api).For(null));

        // The clock has stood still: nobody has waited for the body.
        var answer = new byte[16 * 1024];
        var read = await Timely(api, client.GetStream().ReadAsync(answer, TestContext.Current.CancellationToken).AsTask());
        Assert.StartsWith("HTTP/1.1 200", Encoding.UTF8.GetString(answer, 0, read), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kill_WithASessionThatWasEnded_StillKills_AndNothingElse()
    {
        await using var api = await TestApi.StartAsync();
        var session = await api.SignInAsync(TestApi.Operator);
        using (await api.SendAsync(HttpMethod.Delete, "/api/session", null, null, ("Cookie", session), ("Origin", api.Origin)))
        {
        }

        using var kill = await SendAsync(api, session, "application/json", "{}");
        Assert.Equal(HttpStatusCode.OK, kill.StatusCode);
        using var release = await api.SendAsync(HttpMethod.Post, "/api/system/release", null, new { reason = "x" }, ("Cookie", session), ("Origin", api.Origin));
        Assert.Equal(HttpStatusCode.Unauthorized, release.StatusCode);

        // Its time still ends it, and so does a signature that is not ours.
        using var forged = await SendAsync(api, session[..^2] + (session.EndsWith("AA", StringComparison.Ordinal) ? "BB" : "AA"), "application/json", "{}");
        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
        api.Time.Advance(TimeSpan.FromDays(30));
        using var late = await SendAsync(api, session, "application/json", "{}");
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
    }

    private static KillSpool Spool(TestApi api) => api.App.Services.GetRequiredService<KillSpool>();

    private static async Task<HttpResponseMessage> SendAsync(TestApi api, string? cookie, string? type, string body)
    {
        var bytes = body switch
        {
            "latin1" => Encoding.Latin1.GetBytes("""{"reason":"sofort, schließen"}"""),
            "2MB" => Encoding.UTF8.GetBytes($$"""{"reason":"{{new string('x', 2 * 1024 * 1024)}}"}"""),
            _ => Encoding.UTF8.GetBytes(body),
        };
        HttpContent? content = bytes.Length == 0 ? null : new ByteArrayContent(bytes);
        if (type is not null && content is not null) content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return cookie is null
            ? await api.SendAsync(HttpMethod.Post, "/api/system/kill", TestApi.Runner, content)
            : await api.SendAsync(HttpMethod.Post, "/api/system/kill", null, content, ("Cookie", cookie), ("Origin", api.Origin));
    }
}
