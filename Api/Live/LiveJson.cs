using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Live;

/// <summary>Writes in the forms of the REST answers.</summary>
internal sealed class LiveJson(IOptions<JsonOptions> json)
{
    private readonly JsonSerializerOptions _options = json.Value.SerializerOptions;

    public byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, _options);
}
