using System.Net;
using ControlPlane.Api.Tests.Host;

namespace ControlPlane.Api.Tests.Page;

public sealed class PageTests
{
    [Fact]
    public async Task Page_WithoutASession_IsTheShellWithoutData()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.GetAsync("/", token: null);
        var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("action=\"api/session\"", html, StringComparison.Ordinal);
        foreach (var datum in new[] { "polygon", "tradovate", "system_status", "OBSERVE" }) Assert.DoesNotContain(datum, html, StringComparison.Ordinal);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task Page_RunsUnderItsPolicy_NothingInline()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.GetAsync("/", token: null);
        var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("script-src 'self' 'wasm-unsafe-eval'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.DoesNotMatch("<script(?![^>]*src=)", html);
        Assert.DoesNotMatch("<style|style=\"|onclick=", html);
    }

    [Fact]
    public async Task PageFiles_AreServedToEverybody()
    {
        await using var api = await TestApi.StartAsync();
        using var page = await api.GetAsync("/", token: null);
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var files = global::System.Text.RegularExpressions.Regex.Matches(html, "(?:src|href)=\"(?<file>[^\"]+\\.(?:js|css))\"").Select(match => match.Groups["file"].Value).ToList();
        Assert.Equal([".css", ".js"], files.Select(Path.GetExtension).Distinct().Order(StringComparer.Ordinal));
        foreach (var file in files.Append("_framework/dotnet.js"))
        {
            using var answer = await api.GetAsync("/" + file.TrimStart('/'), token: null);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{file}: {(int)answer.StatusCode}, {await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        }
    }

    [Fact]
    public async Task UnknownPage_IsNotFoundForPeopleAndPrograms()
    {
        await using var api = await TestApi.StartAsync();
        using var person = await api.GetAsync("/nowhere", null, ("Accept", "text/html"));
        using var program = await api.GetAsync("/nowhere", null);
        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (person.StatusCode, person.Content.Headers.ContentType!.MediaType));
        Assert.Contains("blazor.web.", await person.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (program.StatusCode, program.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task Page_IsCompressed_AndCallsOfTheApiAreNot()
    {
        await using var api = await TestApi.StartAsync();
        using var page = await api.GetAsync("/status", TestApi.Viewer, ("Accept-Encoding", "br"));
        using var call = await api.GetAsync("/api/system/status", TestApi.Viewer, ("Accept-Encoding", "br"));
        Assert.Equal(["br"], page.Content.Headers.ContentEncoding);
        Assert.Empty(call.Content.Headers.ContentEncoding);
    }
}
