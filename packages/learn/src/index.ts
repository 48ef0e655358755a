// what meets
export {
  featureCount, selectMatrixRows, type DenseRows, type FeatureColumn, type FeatureMatrix, type SparseRows,
} from './feature-matrix.js'
export { createFeatureRow, type FeatureRow } from './feature-row.js'
export { hashState, type ModelState, type Tensor } from './model-state.js'
export { ModelStateReader } from './model-state-reader.js'
export type {
  ClassificationTarget, ClassifierEstimator, FitOptions, FittedClassifier, FittedRegressor, PredictOptions, RegressorEstimator,
} from './estimator.js'
export { nearestName, type BooleanRule, type ChoiceRule, type HyperparameterRule, type HyperparameterSchema, type NumberRule } from './hyperparameters.js'
// estimators
export {
  estimatorCatalog, findEstimator, getEstimator, loadClassifier, loadRegressor, type ClassifierEntry, type EstimatorEntry, type RegressorEntry,
} from './catalog.js'
export { FittedMajorityClassifier, MajorityClassifier } from './baseline/majority-classifier.js'
export { FittedMeanRegressor, MeanRegressor } from './baseline/mean-regressor.js'
export { FittedQuantileBaseline, QuantileBaseline, type QuantileBaselineHyperparameters } from './baseline/quantile-baseline.js'
export { FittedLogisticRegression, type LogisticRegressionParameters } from './linear/fitted-logistic-regression.js'
export { LogisticRegression, type LogisticRegressionHyperparameters } from './linear/logistic-regression.js'
export { FittedLinearSVM, type LinearSVMParameters } from './linear/fitted-linear-svm.js'
export { LinearSVM, type LinearSVMHyperparameters } from './linear/linear-svm.js'
export { BernoulliNaiveBayes, FittedBernoulliBayes, type BernoulliNaiveBayesHyperparameters } from './naive-bayes/bernoulli-naive-bayes.js'
export { ComplementNaiveBayes, type ComplementNaiveBayesHyperparameters } from './naive-bayes/complement-naive-bayes.js'
export { FittedGaussianBayes } from './naive-bayes/fitted-gaussian-bayes.js'
export { FittedLinearBayes, type LinearBayesParameters } from './naive-bayes/fitted-linear-bayes.js'
export { GaussianNaiveBayes, type GaussianNaiveBayesHyperparameters } from './naive-bayes/gaussian-naive-bayes.js'
export { MultinomialNaiveBayes, type MultinomialNaiveBayesHyperparameters } from './naive-bayes/multinomial-naive-bayes.js'
export { NearestNeighbours, type Neighbour, type NeighbourQuery, type NeighbourRows } from './neighbours/nearest-neighbours.js'
export {
  FittedNearestNeighboursClassifier, NearestNeighboursClassifier, type NearestNeighboursHyperparameters,
} from './neighbours/nearest-neighbours-classifier.js'
export { FittedNearestNeighboursRegressor, NearestNeighboursRegressor } from './neighbours/nearest-neighbours-regressor.js'
export type { NeighbourFilter } from './neighbours/row-filter.js'
export { FittedLinearRegressor, type LinearRegressorParameters } from './linear/fitted-linear-regressor.js'
export { Ridge, type RidgeHyperparameters } from './linear/ridge.js'
export { ElasticNet, Lasso, type ElasticNetHyperparameters, type LassoHyperparameters } from './linear/elastic-net.js'
export { HuberRegression, type HuberRegressionHyperparameters } from './linear/huber-regression.js'
export { QuantileRegression, type QuantileRegressionHyperparameters } from './linear/quantile-regression.js'
export { PoissonRegression, type PoissonRegressionHyperparameters } from './linear/poisson-regression.js'
export { DecisionTreeClassifier, type DecisionTreeClassifierHyperparameters } from './tree/decision-tree-classifier.js'
export { DecisionTreeRegressor, type DecisionTreeRegressorHyperparameters } from './tree/decision-tree-regressor.js'
export { FittedTreeClassifier, type TreeClassifierParameters } from './tree/fitted-tree-classifier.js'
export { FittedTreeRegressor, type TreeRegressorParameters } from './tree/fitted-tree-regressor.js'
export { TreeEnsemble, type TreeEnsembleParts } from './tree/tree-ensemble.js'
export type { TreeNodes } from './tree/tree-nodes.js'
export type { TreeScores } from './tree/tree-scores.js'
export { ExtraTreesClassifier, type ExtraTreesClassifierHyperparameters } from './ensemble/extra-trees-classifier.js'
export { ExtraTreesRegressor, type ExtraTreesRegressorHyperparameters } from './ensemble/extra-trees-regressor.js'
export { RandomForestClassifier, type RandomForestClassifierHyperparameters } from './ensemble/random-forest-classifier.js'
export { RandomForestRegressor, type RandomForestRegressorHyperparameters } from './ensemble/random-forest-regressor.js'
export { FittedBoostingClassifier } from './ensemble/fitted-boosting-classifier.js'
export { FittedBoostingRegressor, type BoostingLink } from './ensemble/fitted-boosting-regressor.js'
export { GradientBoostingClassifier, type GradientBoostingClassifierHyperparameters } from './ensemble/gradient-boosting-classifier.js'
export { GradientBoostingRegressor, type GradientBoostingRegressorHyperparameters } from './ensemble/gradient-boosting-regressor.js'
// learning from few rows
export { appendClass, type AppendClassOptions } from './transfer/append-class.js'
export { TransferBase } from './transfer/transfer-base.js'
export { FittedTransferHead, TransferHead } from './transfer/transfer-head.js'
// preprocessing
export { TextTokenizer } from './preprocessing/text-tokenizer.js'
export { TfidfVectorizer, type TfidfOptions } from './preprocessing/tfidf-vectorizer.js'
export type { TextFitOptions } from './preprocessing/use-term-counts.js'
export { FittedTfidf, type TfidfWeighting } from './preprocessing/fitted-tfidf.js'
export { HashingVectorizer, type HashingOptions } from './preprocessing/hashing-vectorizer.js'
export type { Analyzer } from './preprocessing/term-hash.js'
export type { NgramRange, Norm } from './preprocessing/vectorizer-options.js'
export {
  FittedOneHot, OneHotEncoder, type CategoryValues, type OneHotColumns, type OneHotOptions,
} from './preprocessing/one-hot-encoder.js'
export { FittedScaler, StandardScaler } from './preprocessing/standard-scaler.js'
export {
  FittedImputer, SimpleImputer, type ImputerOptions, type ImputerParameters, type ImputerStrategy,
} from './preprocessing/simple-imputer.js'
export { DateParts, dateParts, type DatePart, type DatePartsOptions } from './preprocessing/date-parts.js'
export { FittedAffineScaler, MaxAbsScaler, MinMaxScaler, RobustScaler } from './preprocessing/affine-scaler.js'
export { RowNormalizer, type RowNorm } from './preprocessing/row-normalizer.js'
export { FittedQuantiles, QuantileTransformer } from './preprocessing/quantile-transformer.js'
export { FittedPowers, PowerTransformer } from './preprocessing/power-transformer.js'
export { FittedNearestImputer, NearestImputer } from './preprocessing/nearest-imputer.js'
export { BinsDiscretizer, FittedBins, type BinsOptions } from './preprocessing/bins-discretizer.js'
export { PolynomialFeatures } from './preprocessing/polynomial-features.js'
export { FittedOrdinal, OrdinalEncoder } from './preprocessing/ordinal-encoder.js'
export {
  FittedRareCategories, otherCategory, RareCategoryGrouper, type RareCategoryOptions,
} from './preprocessing/rare-category-grouper.js'
export { FittedTargetEncoding, TargetEncoder, type TargetEncoderOptions } from './preprocessing/target-encoder.js'
export { textShapeColumns, textShapes, writeTextShape } from './preprocessing/text-shape.js'
export {
  anovaScores, chiSquaredScores, featureVariances, mutualInformation, mutualInformationScores, type FeatureScores,
} from './preprocessing/feature-scores.js'
export { FeatureSelector, selectFeatures } from './preprocessing/feature-selector.js'
export type { NumberColumns } from './preprocessing/number-columns.js'
// metrics
export {
  accuracy, classificationReport, type ClassificationReport, type ClassScores, type PrecisionRecallF1,
} from './metrics/classification-report.js'
export { confusionMatrix, type ConfusionMatrix } from './metrics/confusion-matrix.js'
export { logLoss } from './metrics/log-loss.js'
export { mostProbable } from './metrics/most-probable.js'
export { balancedAccuracy, cohenKappa, fbeta, matthewsCorrcoef } from './metrics/agreement.js'
export { topKAccuracy } from './metrics/top-k-accuracy.js'
export { multiclassRocAuc, rocAuc, rocCurve, type MulticlassAucOptions, type RocCurve } from './metrics/roc-curve.js'
export { averagePrecision, precisionRecallCurve, type PrecisionRecallCurve } from './metrics/precision-recall-curve.js'
export { brierScore, multiclassBrierScore } from './metrics/brier-score.js'
export {
  calibrationCurve, calibrationError, topLabelCalibrationError, type CalibrationBin, type CalibrationCurveOptions, type CalibrationError,
} from './metrics/calibration-curve.js'
export {
  maxError, meanAbsoluteError, meanError, meanSquaredError, medianAbsoluteError, rootMeanSquaredError,
} from './metrics/regression-errors.js'
export {
  meanAbsolutePercentageError, meanSquaredLogError, symmetricMeanAbsolutePercentageError,
} from './metrics/relative-errors.js'
export { d2AbsoluteError, d2Pinball, explainedVariance, r2Score } from './metrics/explained-share.js'
export { pinballLoss } from './metrics/quantile-loss.js'
export { d2PoissonDeviance, meanPoissonDeviance } from './metrics/poisson-deviance.js'
export {
  coverageError, dcg, labelRankingAveragePrecision, meanReciprocalRank, ndcg, recallAtK, type QueryLists,
} from './metrics/ranking.js'
export {
  calinskiHarabaszScore, daviesBouldinScore, silhouetteSamples, silhouetteScore, type PointDistance, type PointRows,
} from './metrics/cluster-shape.js'
export { clusterAgreement, type ClusterAgreement } from './metrics/cluster-agreement.js'
export { measureSlices, type Slice, type SliceOptions, type SliceReport } from './metrics/slices.js'
// calibration and trust
export { calibrate, type FittedCalibrator, type HeldOutProbabilities } from './calibration/calibrator.js'
export { chooseCalibrator, type CalibrationMethod, type CalibratorChoice, type CalibratorOptions } from './calibration/choose-calibrator.js'
export { IdentityCalibrator } from './calibration/identity-calibrator.js'
export { fitTemperature, TemperatureCalibrator } from './calibration/temperature-calibrator.js'
export { fitPlatt, fitSigmoid, PlattCalibrator, sigmoidOf, type Sigmoid } from './calibration/platt-calibrator.js'
export {
  fitIsotonic, fitIsotonicCalibrator, IsotonicCalibrator, valueOfRising, type RisingFunction,
} from './calibration/isotonic-calibrator.js'
export { loadCalibrator } from './calibration/load-calibrator.js'
export {
  acceptedClass, choosePrecisionThresholds, measureAbstention, type AbstentionReport, type ClassThreshold, type PrecisionOptions, type PrecisionThresholds,
  type PromiseScope,
} from './calibration/precision-thresholds.js'
export { fitPredictionSets, PredictionSets, type PredictionSetMethod, type PredictionSetOptions } from './conformal/prediction-sets.js'
export {
  fitQuantileConformal, fitSplitConformal, PredictionIntervals, type PredictionIntervalOptions,
} from './conformal/prediction-intervals.js'
export {
  groupContributions, type Explanation, type ExplanationOptions, type FeatureContribution, type GroupedContribution,
} from './explanation/explanation.js'
export { explainLinear, type LinearTerms } from './explanation/linear-explanation.js'
export { explainTrees, TreeExplainer } from './explanation/tree-explanation.js'
export { permutationImportance, type PermutationImportance, type PermutationOptions } from './explanation/permutation-importance.js'
// statistics
export { quantile } from './statistics/quantile.js'
export { describeSample, type Description } from './statistics/describe.js'
export { normalCdf, normalQuantile, normalSurvival } from './statistics/normal.js'
export { gammaCdf, gammaSurvival, logGamma } from './statistics/gamma.js'
export { betaCdf, betaQuantile, betaSurvival } from './statistics/beta.js'
export { chiSquaredSurvival, fisherSurvival, studentQuantile, studentTwoSided } from './statistics/tail-probabilities.js'
export { kolmogorovSmirnovSurvival, kolmogorovSurvival } from './statistics/kolmogorov.js'
export { presentValues, type TestResult } from './statistics/samples.js'
export {
  kolmogorovSmirnov, type KolmogorovSmirnovOptions, type KolmogorovSmirnovResult,
} from './statistics/kolmogorov-smirnov.js'
export { cramerVonMises } from './statistics/cramer-von-mises.js'
export { kruskalWallis, mannWhitney, wilcoxonSignedRank } from './statistics/rank-tests.js'
export { leveneTest, oneWayAnova, pairedTTest, welchTTest } from './statistics/mean-tests.js'
export { kendallCorrelation, pearsonCorrelation, spearmanCorrelation } from './statistics/correlation.js'
export {
  binomialTest, chiSquaredTest, fisherExact, mcnemar, proportionsZTest, type ChiSquaredOptions, type ChiSquaredResult, type TwoByTwo,
} from './statistics/count-tests.js'
export { proportionInterval, type Interval, type ProportionIntervalOptions } from './statistics/proportion-interval.js'
export { adjustPValues } from './statistics/multiple-testing.js'
export { energyDistance, wassersteinDistance } from './statistics/sample-distances.js'
export {
  binCounts, hellingerDistance, jensenShannonDistance, jensenShannonDivergence, klDivergence, largestShareDifference, psi, psiByChance, quantileEdges,
  totalVariation,
} from './statistics/share-distances.js'
export { QuantileSketch, type QuantileSketchOptions, type SketchBin } from './statistics/quantile-sketch.js'
export { DistinctCounter } from './statistics/distinct-counter.js'
export { FrequentItems, type FrequentItem } from './statistics/frequent-items.js'
export { ReservoirSample } from './statistics/reservoir-sample.js'
// model selection
export {
  randomSplit, stratifiedKFold, stratifiedSplit, type FoldOptions, type Split, type SplitOptions,
} from './model-selection/split.js'
export { groupKFold, groupSplit, leaveOneGroupOut, type RowGroups } from './model-selection/group-split.js'
export {
  timeSeriesSplit, timeSplit, type TimeSeriesOptions, type TimeSplit, type TimeSplitOptions,
} from './model-selection/time-split.js'
export {
  findNearDuplicates, rowShingles, textShingles, type NearDuplicate, type NearDuplicateReport, type Shingles,
} from './model-selection/near-duplicates.js'
export {
  crossValidateClassifier, crossValidateRegressor, type ClassificationMetric, type CrossValidateOptions, type FoldScores, type RegressionMetric,
} from './model-selection/cross-validate.js'
export {
  HyperparameterSearch, runSearch, type FinishedTrial, type SearchOptions, type SearchResult, type SearchRunOptions, type SearchState, type Trial,
} from './model-selection/hyperparameter-search.js'
export type { Configuration, SearchRange, SearchSpace } from './model-selection/search-space.js'
export { learningCurve, type LearningCurveOptions, type LearningCurvePoint } from './model-selection/learning-curve.js'
export {
  extrapolateLearningCurve, judgePredictability, type ExtrapolatedScore, type ExtrapolationOptions, type Predictability,
} from './model-selection/predictability.js'
export {
  compareClassifiers, correctedResampledTTest, pairedBootstrap, type BootstrapComparison, type BootstrapOptions, type ClassifierComparison,
} from './model-selection/model-comparison.js'
export { columnsKnownLater, findLeakage, type ColumnStrength, type LeakageOptions, type SingleColumn } from './model-selection/leakage.js'
export { kFold, repeatedKFold, repeatedStratifiedKFold, type RepeatedFoldOptions } from './model-selection/k-fold.js'
export { crossFitPredictions, crossFitProbabilities, type CrossFitOptions } from './model-selection/cross-fit.js'
export {
  chooseRegularization, type RegularizationChoice, type RegularizationOptions, type RegularizationScore,
} from './model-selection/choose-regularization.js'
export type { ColumnRange } from './model-selection/unseen-columns.js'
