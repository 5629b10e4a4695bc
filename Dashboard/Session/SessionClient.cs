using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Dashboard.Session;

/// <summary>Signed in as <paramref name="Role"/>, or why not.</summary>
public sealed record SignInAnswer(string? Role, string? Problem);

/// <summary>The session calls of the API, from the page's own origin.</summary>
public sealed class SessionClient(NavigationManager navigation) : IDisposable
{
    private const string Route = "api/session";
    private const string NoAnswer = "The control plane did not answer.";
    private readonly Lazy<HttpClient> _http = new(() => new HttpClient { BaseAddress = new Uri(navigation.BaseUri) });

    /// <summary>The session that the browser holds.</summary>
    public async Task<SessionReading> CurrentAsync()
    {
        try
        {
            using var answer = await _http.Value.GetAsync(new Uri(Route, UriKind.Relative));
            if (answer.StatusCode == HttpStatusCode.Unauthorized) return new SessionReading(true, null);
            if (answer.StatusCode != HttpStatusCode.OK) return SessionReading.NoAnswer;
            return new SessionReading(true, (await answer.Content.ReadFromJsonAsync(ControlPlaneJson.Default.SessionAnswer))?.Role);
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            return SessionReading.NoAnswer;
        }
    }

    public async Task<SignInAnswer> SignInAsync(string token)
    {
        try
        {
            using var answer = await _http.Value.PostAsJsonAsync(Route, new SignInRequest { Token = token }, ControlPlaneJson.Default.SignInRequest);
            if (answer.StatusCode != HttpStatusCode.OK) return new SignInAnswer(null, await ProblemAsync(answer));
            return new SignInAnswer((await answer.Content.ReadFromJsonAsync(ControlPlaneJson.Default.SessionAnswer))?.Role, null);
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            return new SignInAnswer(null, NoAnswer);
        }
    }

    /// <summary>Null when signed out, else why not.</summary>
    public async Task<string?> SignOutAsync()
    {
        try
        {
            using var answer = await _http.Value.DeleteAsync(new Uri(Route, UriKind.Relative));
            return answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.Unauthorized ? null : await ProblemAsync(answer);
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException)
        {
            return NoAnswer;
        }
    }

    public void Dispose()
    {
        if (_http.IsValueCreated) _http.Value.Dispose();
    }

    private static async Task<string> ProblemAsync(HttpResponseMessage answer)
    {
        var problem = await answer.Content.ReadFromJsonAsync(ControlPlaneJson.Default.Problem);
        return problem is null ? NoAnswer : $"{problem.Detail} {problem.SuggestedFix}".TrimEnd();
    }
}
