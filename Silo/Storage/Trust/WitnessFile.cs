using System.Text.Json;
using ControlPlane.Grains.Storage.Trust;

namespace ControlPlane.Silo.Storage.Trust;

/// <summary>The node's knowledge of the store as a small JSON file, put in place whole.</summary>
internal sealed class WitnessFile(string path) : IWitnessFile
{
    public const string Name = "store.witness";

    public NodeWitness? Read() => File.Exists(path) || Directory.Exists(path)
        ? JsonSerializer.Deserialize<NodeWitness>(File.ReadAllBytes(path)) ?? throw new InvalidDataException("The file is empty.")
        : null;

    public void Write(NodeWitness witness, bool durably)
    {
        OwnerFolder.Create(Path.GetDirectoryName(path)!);
        OwnerFile.Replace(path, JsonSerializer.SerializeToUtf8Bytes(witness), durably);
    }
}
