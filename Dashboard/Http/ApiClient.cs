using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ControlPlane.Contracts;
using ControlPlane.Dashboard.Session;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Dashboard.Http;

/// <summary>Calls the API of the page's own origin with the session's cookie. Failures are values.</summary>
/// <param name="handler">Another way than the browser's own.</param>
public sealed class ApiClient(NavigationManager navigation, SessionState session, HttpMessageHandler? handler = null) : IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);
    private readonly Lazy<HttpClient> _http = new(() => new HttpClient(handler ?? new HttpClientHandler(), disposeHandler: handler is null) { BaseAddress = new Uri(navigation.BaseUri), Timeout = s_timeout });

    /// <param name="path">Relative, such as <c>api/bots</c>.</param>
    public Task<ApiResult<T>> GetAsync<T>(string path, JsonTypeInfo<T> form, CancellationToken cancellationToken = default)
        where T : class => SendAsync(new HttpRequestMessage(HttpMethod.Get, path), form, cancellationToken);

    public Task<ApiResult<TAnswer>> PostAsync<TBody, TAnswer>(
        string path, TBody body, JsonTypeInfo<TBody> bodyForm, JsonTypeInfo<TAnswer> form, CancellationToken cancellationToken = default)
        where TAnswer : class =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, bodyForm) }, form, cancellationToken);

    public Task<ApiResult<TAnswer>> PutAsync<TBody, TAnswer>(
        string path, TBody body, JsonTypeInfo<TBody> bodyForm, JsonTypeInfo<TAnswer> form, CancellationToken cancellationToken = default)
        where TAnswer : class =>
        SendAsync(new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body, bodyForm) }, form, cancellationToken);

    public Task<ApiResult<TAnswer>> DeleteAsync<TAnswer>(string path, JsonTypeInfo<TAnswer> form, CancellationToken cancellationToken = default)
        where TAnswer : class => SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), form, cancellationToken);

    /// <summary>Posts an empty object.</summary>
    public Task<ApiResult<TAnswer>> PostAsync<TAnswer>(string path, JsonTypeInfo<TAnswer> form, CancellationToken cancellationToken = default)
        where TAnswer : class => PostAsync(path, new ReasonRequest(), ControlPlaneJson.Default.ReasonRequest, form, cancellationToken);

    /// <summary>Engages a kill switch. A refusal ends no session on this page: whoever wants to kill must be able to try again. An answer that
    /// says that nobody has taken the kill yet is a value.</summary>
    public Task<ApiResult<KillAnswerBody>> KillAsync(string path, KillRequest body) => SendAsync(
        new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, ControlPlaneJson.Default.KillRequest) },
        ControlPlaneJson.Default.KillAnswerBody,
        CancellationToken.None,
        kill: true);

    public void Dispose()
    {
        if (_http.IsValueCreated) _http.Value.Dispose();
    }

    private async Task<ApiResult<T>> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> form, CancellationToken cancellationToken, bool kill = false)
        where T : class
    {
        try
        {
            using (request)
            {
                using var answer = await _http.Value.SendAsync(request, cancellationToken);
                if (answer.StatusCode == HttpStatusCode.Unauthorized && !kill) session.Over();
                var kept = kill && answer.StatusCode == HttpStatusCode.ServiceUnavailable && answer.Content.Headers.ContentType?.MediaType == System.Net.Mime.MediaTypeNames.Application.Json;
                return answer.IsSuccessStatusCode || kept
                    ? new ApiResult<T>(await answer.Content.ReadFromJsonAsync(form, cancellationToken), (int)answer.StatusCode, null)
                    : new ApiResult<T>(null, (int)answer.StatusCode, await ProblemAsync(answer, cancellationToken));
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new ApiResult<T>(null, null, null);
        }
    }

    private static async Task<Problem?> ProblemAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync(ControlPlaneJson.Default.Problem, cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
