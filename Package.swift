// swift-tools-version: 6.2

import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

// MARK: - C libraries

let cLibraries: [Target] = [
  .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
  .systemLibrary(name: "CLAPACKE", pkgConfig: "lapacke", providers: [.apt(["liblapacke-dev"])]),
  .systemLibrary(name: "CHDF5", pkgConfig: "hdf5-serial", providers: [.apt(["libhdf5-dev"])]),
  .systemLibrary(name: "CFileSystem"),
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
]

// MARK: - Libraries, in dependency order

let libraries: [Target] = [
  .target(name: "Failures", swiftSettings: strict),
  .target(name: "OrderedJSON", swiftSettings: strict),
  .target(name: "RandomNumbers", swiftSettings: strict),
  .target(
    name: "LinearAlgebra", dependencies: ["COpenBLAS", "CLAPACKE", "Failures", "RandomNumbers"],
    swiftSettings: strict + [.enableExperimentalFeature("Lifetimes")]),
  .target(
    name: "Checkpoints",
    dependencies: [
      "Failures", "LinearAlgebra", "OrderedJSON", "Tokenization",
      .product(name: "Crypto", package: "swift-crypto"),
    ], swiftSettings: strict),
  .target(
    name: "HDF5", dependencies: ["Failures", "CHDF5", "CZlib", "LinearAlgebra"],
    swiftSettings: strict),
  .target(name: "Tokenization", dependencies: ["Failures", "OrderedJSON"], swiftSettings: strict),
  .target(
    name: "ChatTemplates", dependencies: ["Failures", "OrderedJSON", "Tokenization"],
    swiftSettings: strict),
  .target(
    name: "Examples", dependencies: ["Failures", "OrderedJSON", "Tokenization", "ChatTemplates"],
    swiftSettings: strict),
  .target(
    name: "Transformer", dependencies: ["Failures", "LinearAlgebra", "Checkpoints", "OrderedJSON"],
    swiftSettings: strict),
  .target(
    name: "SafetyGradients", dependencies: ["Failures", "LinearAlgebra", "HDF5", "Transformer"],
    swiftSettings: strict),
  .target(
    name: "Spectra",
    dependencies: ["Failures", "OrderedJSON", "LinearAlgebra", "HDF5", "SafetyGradients"],
    swiftSettings: strict),
  .target(
    name: "Recovery",
    dependencies: [
      "Failures", "OrderedJSON", "RandomNumbers", "LinearAlgebra", "Checkpoints", "Transformer",
      "SafetyGradients", "Spectra",
    ], swiftSettings: strict),
  .target(
    name: "Evaluation", dependencies: ["Failures", "OrderedJSON", "RandomNumbers"],
    swiftSettings: strict),
  .target(
    name: "Verification",
    dependencies: [
      "Failures", "LinearAlgebra", "Checkpoints", "OrderedJSON", "RandomNumbers", "Transformer",
    ], swiftSettings: strict),
  .target(
    name: "CommandSupport",
    dependencies: [
      "Failures", "OrderedJSON", "LinearAlgebra", "Checkpoints", "Tokenization",
      "ChatTemplates", "CFileSystem", "Examples", "HDF5", "Transformer", "SafetyGradients",
      "Recovery",
      .product(name: "Crypto", package: "swift-crypto"),
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    swiftSettings: strict),
]

// MARK: - Tools, one folder a verb

func tool(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name,
    dependencies: [
      "CommandSupport", .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ] + dependencies, swiftSettings: strict)
}

let tools: [Target] = [
  tool(
    "compute-gradients",
    ["Examples", "Failures", "LinearAlgebra", "OrderedJSON", "SafetyGradients", "Transformer"]),
  tool("decompose-gradients", ["Failures", "OrderedJSON", "SafetyGradients", "Spectra"]),
  tool("fine-tune", ["Failures", "OrderedJSON", "Recovery"]),
  tool(
    "recover-safety",
    ["Examples", "Failures", "OrderedJSON", "Recovery", "Spectra", "Transformer"]),
  tool(
    "evaluate-safety",
    ["ChatTemplates", "Evaluation", "Examples", "OrderedJSON", "Tokenization", "Transformer"]),
  tool(
    "inspect-model",
    [
      "ChatTemplates", "Checkpoints", "Examples", "Failures", "LinearAlgebra", "OrderedJSON",
      "Tokenization", "Transformer", "Verification",
    ]),
  tool("check-parity", ["OrderedJSON", "Verification"]),
  tool("export-spectra", ["OrderedJSON", "Spectra"]),
  tool(
    "measure-speed",
    [
      "ChatTemplates", "Examples", "LinearAlgebra", "OrderedJSON", "Recovery", "Tokenization",
      "Transformer",
    ]),
]

// MARK: - Tests

let tests: [Target] = [
  .target(
    name: "TestSupport",
    dependencies: ["LinearAlgebra", "Checkpoints", "OrderedJSON", "Transformer"],
    path: "Tests/TestSupport"),
  .testTarget(name: "OrderedJSONTests", dependencies: ["OrderedJSON", "TestSupport"]),
  .testTarget(
    name: "LinearAlgebraTests", dependencies: ["LinearAlgebra", "Failures", "TestSupport"],
    exclude: ["Resources"]),
  .testTarget(
    name: "CheckpointsTests",
    dependencies: [
      "Checkpoints", "Failures", "LinearAlgebra", "OrderedJSON",
      .product(name: "Crypto", package: "swift-crypto"), "TestSupport",
    ],
    exclude: ["Resources"]),
  .testTarget(
    name: "HDF5Tests", dependencies: ["HDF5", "Failures", "LinearAlgebra", "TestSupport"],
    exclude: ["Resources"]),
  .testTarget(
    name: "TokenizationTests", dependencies: ["OrderedJSON", "Tokenization", "TestSupport"],
    exclude: ["Resources"]),
  .testTarget(
    name: "ChatTemplatesTests", dependencies: ["ChatTemplates", "OrderedJSON", "TestSupport"],
    exclude: ["Resources"]),
  .testTarget(
    name: "ExamplesTests",
    dependencies: ["Examples", "ChatTemplates", "Failures", "OrderedJSON", "TestSupport"]),
  .testTarget(
    name: "TransformerTests",
    dependencies: ["Checkpoints", "LinearAlgebra", "OrderedJSON", "Transformer", "TestSupport"],
    exclude: ["Resources"]),
  .testTarget(
    name: "SafetyGradientsTests",
    dependencies: [
      "ChatTemplates", "Checkpoints", "Examples", "Failures", "HDF5", "LinearAlgebra",
      "OrderedJSON", "SafetyGradients", "TestSupport", "Transformer",
    ],
    exclude: ["Resources"]),
  .testTarget(
    name: "SpectraTests",
    dependencies: [
      "Spectra", "Failures", "HDF5", "LinearAlgebra", "OrderedJSON", "SafetyGradients",
      "TestSupport",
    ],
    exclude: ["Resources"]),
  .testTarget(
    name: "RecoveryTests",
    dependencies: [
      "Checkpoints", "LinearAlgebra", "OrderedJSON", "Recovery", "SafetyGradients",
      "Spectra", "TestSupport", "Transformer",
    ],
    exclude: ["Resources"]),
  .testTarget(
    name: "VerificationTests",
    dependencies: [
      "ChatTemplates", "Checkpoints", "LinearAlgebra", "OrderedJSON", "TestSupport",
      "Tokenization", "Transformer", "Verification",
    ],
    exclude: ["Resources"]),
  .testTarget(name: "EvaluationTests", dependencies: ["Evaluation", "OrderedJSON"]),
  .testTarget(
    name: "CommandTests",
    dependencies: [
      "CommandSupport", "Failures", "OrderedJSON", "TestSupport", "staged-output-probe",
    ],
    exclude: ["Resources"]),
  .executableTarget(
    name: "staged-output-probe",
    dependencies: [
      "Checkpoints", "CommandSupport", "LinearAlgebra", "OrderedJSON",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ],
    path: "Tests/StagedOutputProbe"),
]

let package = Package(
  name: "suture",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
  ],
  targets: cLibraries + libraries + tools + tests
)
